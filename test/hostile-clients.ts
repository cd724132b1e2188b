import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Test } from 'tap'

/** A server of HTTP on loopback, and a question to it that has an answer. */
export interface Victim {
  readonly port: number
  readonly path: string
  /** The name that it is asked for by, where it matters. */
  readonly host?: string
  /** It speaks TLS; nobody checks here as whom. */
  readonly isSecure?: true
}

/** Requests that no client should send, each with the statuses that it may be answered by; `closed` is an end without any. */
const malformed: Readonly<Record<string, readonly [bytes: string, answers: RegExp]>> = {
  'no HTTP': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n', /^(400|closed)$/],
  'an unknown method': ['FETCH / HTTP/1.1\r\nhost: x\r\n\r\n', /^(400|closed)$/],
  'a version that is none': ['GET / HTTP/9.9\r\nhost: x\r\n\r\n', /^(400|505|closed)$/],
  'lengths that contradict': ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n', /^(400|closed)$/],
  'a length that is none': ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', /^(400|closed)$/],
  'a chunk that is none': ['POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /^(4\d\d|5\d\d|closed)$/],
  'a path of odd characters': ['GET /%zz/%00/..%2f..%2f?%=%&&=\x7f HTTP/1.1\r\nhost: x\r\n\r\n', /^(4\d\d|closed)$/],
  'a hundred thousand headers': [
    `GET / HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 100_000 }, (_, index) => `h${index}: 1\r\n`).join('')}\r\n`,
    /^(431|closed)$/,
  ],
  'a header without an end': [`GET / HTTP/1.1\r\nhost: x\r\nh: ${'x'.repeat(1_000_000)}`, /^(431|closed)$/],
}

/** Opens a connection; it can be written to at once. */
function open({ port, isSecure }: Victim): Socket {
  const socket = isSecure === true ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1')
  return socket.on('error', () => undefined)
}

function sendTo({ port, path, host, isSecure }: Victim, more: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
  const headers = host === undefined ? {} : { host }
  const options = { host: '127.0.0.1', port, path, agent: false, headers, ...more } as const
  return isSecure === true ? requestSecurely({ ...options, rejectUnauthorized: false }, onAnswer) : request(options, onAnswer)
}

/** Sends bytes, and resolves to the status of the answer. */
function statusOf(victim: Victim, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = open(victim)
    socket.write(victim.host === undefined ? bytes : bytes.replace('host: x', `host: ${victim.host}`), 'latin1')
    let answer = ''
    socket.on('data', (piece) => {
      answer += String(piece)
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
      if (status !== undefined) {
        resolve(status)
        socket.destroy()
      }
    })
    socket.on('close', () => resolve('closed'))
  })
}

/** Asks the question, and resolves to its status and how long the answer took, in milliseconds. */
function ask(victim: Victim): Promise<{ readonly status: number; readonly ms: number }> {
  const asked = performance.now()
  return new Promise((resolve, reject) => {
    sendTo(victim, {}, (answer) => {
      answer.resume().once('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - asked }))
    })
      .once('error', reject)
      .end()
  })
}

/** Sends a body of so many bytes as fast as it is taken. @returns the status; undefined when the connection ended without one */
function sendBody(victim: Victim, bytes: number): Promise<number | undefined> {
  const piece = Buffer.alloc(65_536, 'x')
  return new Promise((resolve) => {
    const sending = sendTo(victim, { method: 'POST' }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sending.on('error', () => resolve(undefined))
    let left = bytes
    const send = () => {
      while (left > 0 && !sending.destroyed) {
        left -= piece.length
        if (!sending.write(piece)) return void sending.once('drain', send)
      }
      sending.end()
    }
    send()
  })
}

/** Opens connections of which each sends a byte of a request now and then. */
async function dawdle(t: Test, victim: Victim, count: number): Promise<void> {
  const sockets: Socket[] = []
  for (let index = 0; index < count; index += 1) {
    const socket = open(victim)
    await once(socket, victim.isSecure === true ? 'secureConnect' : 'connect')
    socket.write(
      index % 2 === 0 ? 'GET / HTTP/1.1\r\nho' : 'POST / HTTP/1.1\r\nhost: ec2.eu-west-1.amazonaws.com\r\ncontent-length: 100\r\n\r\nA',
    )
    sockets.push(socket)
  }
  t.teardown(() => sockets.forEach((socket) => socket.destroy()))
}

/** How many files this process has open. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}

/** Does all of that to a server of this process: it answers or hangs up, answers others within a second meanwhile, and keeps nothing.
 *  @param told  the status of the answer to a body of 100 MiB */
export async function withstand(t: Test, victim: Victim, told = 413): Promise<void> {
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  process.on('uncaughtExceptionMonitor', onFailure)
  t.teardown(() => process.off('uncaughtExceptionMonitor', onFailure))
  const { status } = await ask(victim)
  const files = openFiles()
  for (const [name, [bytes, answers]] of Object.entries(malformed)) t.match(await statusOf(victim, bytes), answers, name)
  t.equal(await sendBody(victim, 100 * 2 ** 20), told, 'a large body has its answer')
  await dawdle(t, victim, 100)
  const slow = await ask(victim)
  t.match(slow, { status }, 'others are answered while a hundred dawdle')
  t.ok(slow.ms < 1000, `after ${Math.round(slow.ms)} ms`)
  const many = Array.from({ length: 1000 }, () => ask(victim))
  t.equal((await Promise.all(many)).filter((each) => each.status !== status).length, 0, 'a thousand at once are all answered')
  t.same(failures, [], 'no exception')
  // Each of those has two ends here, and a proxy has two more.
  t.ok(openFiles() <= files + 4 * 100 + 20, 'only those who dawdle are still there')
}
