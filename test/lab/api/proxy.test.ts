import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import type { Test } from 'tap'
import { isReadOnly, parseAction } from '../../../lab/api/actions.ts'
import { askEmulator } from '../../../lab/api/ask-emulator.ts'
import { findPython } from '../../../lab/api/find-python.ts'
import { mintInstanceCredentials } from '../../../lab/api/instance-credentials.ts'
import { closeServer, listen } from '../../../lab/api/listen.ts'
import { createProxy } from '../../../lab/api/proxy.ts'

/** An emulator on a socket that answers as told, and the proxy before it. */
async function serve(t: Test, emulate: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-proxy-'))
  const socketPath = join(folder, 'emulator.sock')
  const emulator = createServer(emulate)
  await listen(emulator, { path: socketPath })
  const changes: string[] = []
  const proxy = createProxy(socketPath, ({ service, action }) => changes.push(`${service}:${action}`))
  const front = createServer(proxy.handle)
  await listen(front, { host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await closeServer(front)
    proxy.close()
    await closeServer(emulator)
    rmSync(folder, { recursive: true })
  })
  const { port } = front.address() as AddressInfo
  const ask = async (path: string, options: object = {}, body = '') => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, ...options })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }
  return { socketPath, emulator, port, ask, changes }
}

t.test('a request passes as it was signed, but for what belongs to the connection, and where it came from is told', async (t) => {
  const seen: { method?: string | undefined; url?: string | undefined; headers?: IncomingMessage['headers']; body?: string } = {}
  const { ask } = await serve(t, (request, response) => {
    void text(request).then((body) => {
      Object.assign(seen, { method: request.method, url: request.url, headers: request.headers, body })
      response.writeHead(207, { 'x-amzn-requestid': 'r', 'keep-alive': 'timeout=1' }).end('done')
    })
  })
  const headers = {
    host: 's3.amazonaws.com',
    authorization: 'AWS4 x',
    te: 'trailers',
    'x-lab-source-address': '1.2.3.4',
    'x-lab-transport': 'tls',
  }
  const answer = await ask('/a%2Fb?x=%20', { method: 'PUT', headers }, 'grüße')
  t.match(answer, { status: 207, body: 'done', headers: { 'x-amzn-requestid': 'r' } })
  t.match(seen, { method: 'PUT', url: '/a%2Fb?x=%20', body: 'grüße', headers: { host: 's3.amazonaws.com', authorization: 'AWS4 x' } })
  t.equal(seen.headers?.['x-lab-source-address'], '127.0.0.1', 'what the client says of itself does not count')
  t.equal(seen.headers?.['x-lab-transport'], 'clear')
  t.equal(seen.headers?.te, undefined)
})

t.test('a change is told once its answer was good, and only then; what only reads is none', async (t) => {
  const { ask, changes } = await serve(t, (request, response) => {
    const [, status = '', action = ''] = (request.url ?? '').split('/')
    response.writeHead(Number(status), { 'x-lab-action': action }).end()
  })
  const { headers } = await ask('/200/ec2:RunInstances')
  t.equal(headers['x-lab-action'], undefined, 'the mark stays inside')
  for (const path of [
    '/200/ec2:DescribeInstances',
    '/400/ec2:StopInstances',
    '/500/ec2:StopInstances',
    '/200/None:None',
    '/200/',
    '/204/s3:PutObject',
  ])
    await ask(path)
  t.same(changes, ['ec2:RunInstances', 's3:PutObject'])
})

t.test('an emulator that does not answer is a failure that clients try again', async (t) => {
  const { ask, emulator, changes } = await serve(t, (_request, response) => response.destroy())
  const hungUp = await ask('/')
  t.equal(hungUp.status, 503)
  t.match(hungUp.body, /^the AWS API of the lab does not answer: /)
  await closeServer(emulator)
  t.match(await ask('/'), { status: 503, body: /ENOENT|ECONNREFUSED/ })
  t.same(changes, [])
})

t.test('an answer that breaks off breaks off for the client, too, and counts as no change', async (t) => {
  const { ask, changes } = await serve(t, (_request, response) => {
    response.writeHead(200, { 'x-lab-action': 's3:PutObject', 'content-length': 100 }).write('a part')
    setImmediate(() => response.destroy())
  })
  await t.rejects(ask('/'))
  t.same(changes, [])
})

t.test('a client that goes takes its request along', async (t) => {
  const { port, emulator } = await serve(t, (request) => request.resume())
  const arrived = once(emulator, 'request') as Promise<[IncomingMessage]>
  const client = connect(port, '127.0.0.1')
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc')
  const [inside] = await arrived
  const ended = new Promise((resolve) => inside.on('error', () => undefined).once('close', resolve))
  client.destroy()
  await ended
  t.equal(inside.complete, false, 'it was not taken for whole')
})

t.test('actions are named as IAM names them, and told apart by their first word', async (t) => {
  t.same(parseAction('ec2:RunInstances'), { service: 'ec2', action: 'RunInstances' })
  for (const text of ['', 'ec2', 'ec2:', ':RunInstances', 'None:None', 'ec2:None']) t.equal(parseAction(text), undefined, text)
  for (const action of ['DescribeInstances', 'GetObject', 'ListBuckets', 'HeadObject']) t.ok(isReadOnly({ service: 's', action }), action)
  for (const action of ['RunInstances', 'PutObject', 'AssumeRole', 'TargetGet']) t.notOk(isReadOnly({ service: 's', action }), action)
})

t.test('the inner side of the emulator: an answer, a refusal with its code, anything else as it was said', async (t) => {
  const paths: string[] = []
  const { socketPath } = await serve(t, (request, response) => {
    paths.push(`${request.method} ${request.url}`)
    if (request.url === '/refused') return response.writeHead(403).end('{"code":"NoInstanceProfile","message":"it has none"}')
    if (request.url === '/gone') return response.writeHead(404).end('{"code":"NotFound","message":"no"}')
    if (request.url === '/broken') return response.writeHead(500).end('Traceback')
    return response.end('{"role":"agentRole"}')
  })
  t.same(await mintInstanceCredentials(socketPath, 'i-1/../x'), { role: 'agentRole' })
  t.same(paths, ['POST /instance-credentials/i-1%2F..%2Fx'])
  await t.rejects(askEmulator(socketPath, 'GET', '/refused'), {
    name: 'EmulatorRefusal',
    code: 'NoInstanceProfile',
    message: 'it has none',
  })
  await t.rejects(askEmulator(socketPath, 'GET', '/gone'), { name: 'EmulatorRefusal', code: 'NotFound' })
  await t.rejects(askEmulator(socketPath, 'GET', '/broken'), { message: 'the emulator answered 500: Traceback' })
  await t.rejects(askEmulator(`${socketPath}.none`, 'GET', '/'), { code: 'ENOENT' })
})

t.test('a server is closed with all its connections, and twice', async (t) => {
  const server = createServer(() => undefined)
  await listen(server, { host: '127.0.0.1', port: 0 })
  const { port } = server.address() as AddressInfo
  const waiting = connect(port, '127.0.0.1')
  waiting.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await once(server, 'request')
  const gone = once(waiting, 'close')
  waiting.on('error', () => undefined)
  await closeServer(server)
  await gone
  await closeServer(server)
  await t.rejects(listen(createServer(), { path: '/no/such/folder/x.sock' }), { code: /EACCES|ENOENT/ })
})

t.test('the Python is that of the moto_server on PATH, else the one on PATH that has moto', async (t) => {
  const folder = t.testdir({})
  for (const name of ['theirs', 'plain']) mkdirSync(join(folder, name))
  const program = (name: string, lines: readonly string[]) => {
    writeFileSync(join(folder, name), lines.join('\n'))
    chmodSync(join(folder, name), 0o755)
  }
  program('theirs/python3', ['#!/bin/sh', 'echo /their/python3'])
  program('theirs/moto_server', [`#!${join(folder, 'theirs/python3')}`, ''])
  program('plain/python3', ['#!/bin/sh', 'exit 1'])
  program('plain/moto_server', ['#!/bin/sh', 'exec shim'])
  const found = await findPython(`${join(folder, 'plain')}:${join(folder, 'theirs')}`)
  // A virtual environment of the project goes before every other.
  t.match(found, /^\/their\/python3$|\.venv\/bin\/python3$/)
  if (found !== '/their/python3') return
  await t.rejects(findPython(join(folder, 'plain')), { name: 'TestbedError', hint: /pip install 'moto/ })
})
