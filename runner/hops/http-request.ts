import { request as requestPlain } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import { createBoundedOutput, outputLimitBytes } from './bounded-output.ts'
import { ConnectionError } from './connection-error.ts'
import type { Cut } from '../cut.ts'
import { decodeBody } from './http-body.ts'
import type { DecodedBody } from './http-body.ts'
import type { HttpUrl } from './http-url.ts'
import type { Machine } from './machine.ts'
import { describeTlsError, startTls } from './tls.ts'
import type { TlsTrust } from './tls.ts'
import { countOf } from '../../system/count-of.ts'

/** A request made from a machine. Redirects are not followed: where one leads is a result like any other. */
export interface HttpRequest {
  readonly method: string
  readonly url: HttpUrl
  /** Where to connect, when the machine does not resolve the name of the URL itself. */
  readonly address?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly trust?: TlsTrust
  /** The most that is kept of the body, in bytes; 1 MiB where nothing else is said. */
  readonly limitBytes?: number
  /** Gets every piece of the body as it comes, still coded, however much is kept. */
  readonly save?: ((piece: Buffer) => void) | undefined
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What was answered. Header names are in lower case; one that came several times is joined with `, `, but `set-cookie` is always a list. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** Decoded as its headers say. */
  readonly body: string
  /** What is missing of the body; undefined when it is whole. */
  readonly cut: Cut | undefined
  readonly durationMs: number
}

/** The most of header lines that is accepted, in bytes. */
const headerLimitBytes = 262_144

/**
 * Makes a request from a machine: the TCP connection starts there, HTTP and TLS are spoken here, so that the machine needs no client.
 * @throws ConnectionError with code `connection` when nothing was answered, `tls` when the certificate or the handshake is at fault;
 *         UndecodableBody when the body is not what its headers say
 */
export async function requestFrom(machine: Machine, request: HttpRequest): Promise<HttpResponse> {
  const { url } = request
  const startedAt = performance.now()
  const dialled = await machine.dial(request.address ?? url.hostname, url.port, request)
  const where = `${machine.name} -> ${url.hostname}:${url.port}`
  if (dialled.state !== 'open')
    throw new ConnectionError('connection', `${where}: ${dialled.state} (${dialled.detail})`, {
      hint: lookAt[dialled.state],
      isUnanswered: true,
    })
  const stream = dialled.stream
  try {
    const socket = url.secure ? startTls(stream, url.hostname, request.trust ?? {}) : stream
    const message = await send(request, asSocket(socket))
    const { text: body, cut } = await readBody(message, request)
    return {
      status: message.statusCode ?? 0,
      headers: joinHeaders(message),
      body,
      cut,
      durationMs: Math.round(performance.now() - startedAt),
    }
  } catch (error) {
    if (error instanceof ConnectionError || (error as Error).name === 'UndecodableBody') throw error
    const why = request.signal.aborted ? 'no answer in time' : (error as Error).message
    throw describeTlsError(error, where) ?? new ConnectionError('connection', `${where}: ${why}`, { cause: error, isUnanswered: true })
  } finally {
    stream.destroy()
  }
}

/** Where to look for the reason that a port is closed. */
const lookAt = {
  refused: 'look at the service: nothing listens there',
  filtered: 'look at the security groups of both sides and at the route between them',
} as const

function send(request: HttpRequest, socket: Duplex): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: request.method,
      host: request.url.hostname,
      path: request.url.target,
      maxHeaderSize: headerLimitBytes,
      headers: {
        host: request.url.authority,
        accept: '*/*',
        'user-agent': 'titus-bed',
        connection: 'close',
        ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
        ...request.headers,
      },
      signal: request.signal,
      createConnection: () => socket as never,
    }
    const outgoing = requestPlain(options, resolve)
    outgoing.on('error', reject)
    outgoing.on('upgrade', ({ statusCode }, upgraded) => {
      upgraded.destroy()
      reject(new Error(`the answer is ${statusCode}: to go on in another protocol than HTTP`))
    })
    outgoing.end(request.body)
  })
}

/** Reads a body to its end or to where it breaks off. @throws ConnectionError when it was the reader who gave up */
async function readBody(message: IncomingMessage, request: HttpRequest): Promise<DecodedBody> {
  const { 'content-encoding': coding = '', 'content-type': type = '', 'content-length': announced } = message.headers
  const limitBytes = request.limitBytes ?? outputLimitBytes
  const output = createBoundedOutput(limitBytes)
  let ending: string | undefined
  try {
    for await (const chunk of message) {
      output.add(chunk as Buffer)
      request.save?.(chunk as Buffer)
    }
  } catch (error) {
    const came = announced === undefined ? countOf(output.bytes, 'byte') : `${output.bytes} of ${countOf(Number(announced), 'byte')}`
    if (request.signal.aborted)
      throw new ConnectionError('connection', `status ${message.statusCode}, but the body had not ended in time: ${came} came`, {
        cause: error,
        isUnanswered: true,
      })
    ending = announced === undefined ? `the body ended after ${came}, before its end` : `the body ended after ${came}`
  }
  const { head, tail, leftOut } = output.bytesKept()
  const decode = (bytes: Buffer, cut: string | undefined) => decodeBody({ bytes, coding, type, cut, limitBytes })
  if (leftOut === 0) return decode(Buffer.concat([head, tail]), ending)
  const dropped = `${leftOut} of ${countOf(output.bytes, 'byte')} of the body, in the middle, were left out`
  const reason = ending === undefined ? dropped : `${dropped}; ${ending}`
  // The end of something compressed says nothing without what stands before it.
  if (coding !== '') return decode(head, reason)
  const parts = [(await decode(head, reason)).text, (await decode(tail, reason)).text]
  return { text: parts.join(`\n… ${countOf(leftOut, 'byte')} left out …\n`), cut: { reason, parts } }
}

/** Node's HTTP client calls the methods of a TCP socket on whatever it is given. */
function asSocket(stream: Duplex): Duplex {
  const nothing = () => stream
  const missing = {
    setKeepAlive: nothing,
    setNoDelay: nothing,
    setTimeout: nothing,
    ref: nothing,
    unref: nothing,
    destroySoon: () => stream.destroy(),
  }
  for (const [name, method] of Object.entries(missing)) if (!(name in stream)) Object.assign(stream, { [name]: method })
  stream.on('error', () => undefined)
  return stream
}

function joinHeaders(message: IncomingMessage): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values = []]) => [name, name === 'set-cookie' ? values : values.join(', ')]),
  )
}
