import { request as requestPlain } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createBoundedOutput } from './bounded-output.ts'
import { ConnectionError } from './connection-error.ts'
import type { Machine } from './machine.ts'

/** A request made from a machine. Redirects are not followed: where one leads is a result like any other. */
export interface HttpRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** What was answered. Header names are in lower case; a header that came several times is joined with `, `. */
export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** UTF-8, at most 1 MiB. */
  readonly body: string
  readonly truncated: boolean
  readonly durationMs: number
}

/**
 * Makes a request from a machine: the TCP connection starts there, HTTP and TLS are spoken here, so that the machine needs no client.
 * @throws ConnectionError with code `connection` when nothing was answered
 */
export async function requestFrom(machine: Machine, request: HttpRequest): Promise<HttpResponse> {
  const { url } = request
  const startedAt = performance.now()
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const dialled = await machine.dial(host, port, request)
  if (dialled.state !== 'open') throw new ConnectionError('connection', `${machine.name} -> ${host}:${port}: ${dialled.detail}`)
  const stream = dialled.stream
  try {
    const socket = url.protocol === 'https:' ? startTls(stream, host) : stream
    const message = await send(request, asSocket(socket))
    const body = createBoundedOutput()
    for await (const chunk of message) body.add(chunk as Buffer)
    return {
      status: message.statusCode ?? 0,
      headers: joinHeaders(message),
      body: body.text(),
      truncated: body.truncated,
      durationMs: Math.round(performance.now() - startedAt),
    }
  } catch (error) {
    if (error instanceof ConnectionError) throw error
    const why = request.signal.aborted ? 'no answer in time' : (error as Error).message
    throw new ConnectionError('connection', `${machine.name} -> ${url.href}: ${why}`, { cause: error })
  } finally {
    stream.destroy()
  }
}

/** A certificate is for a name or an address; only a name can be told to the server (RFC 6066 section 3). */
function startTls(stream: Duplex, host: string): Duplex {
  return connectTls({ socket: stream, host, ...(isIP(host) === 0 ? { servername: host } : {}), ALPNProtocols: ['http/1.1'] })
}

function send(request: HttpRequest, socket: Duplex): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: request.method,
      host: request.url.host,
      path: `${request.url.pathname}${request.url.search}`,
      headers: {
        host: request.url.host,
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

function joinHeaders(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
}
