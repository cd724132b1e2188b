import http from 'node:http'

/** One request to the Docker Engine API. `path` begins with a slash, no version prefix: the daemon's own version answers. */
export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Longest silence on the connection, milliseconds; none for calls that wait for a container. */
  readonly silenceMs?: number
}

/** The whole answer; `body` is text (one JSON document, or one a line for a pull). */
export interface EngineReply {
  readonly status: number
  readonly body: string
}

/** The daemon refused. `status` is its HTTP status: 404 no such thing, 409 conflict, 5xx its own trouble. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A connection to one daemon. */
export type Engine = (request: EngineRequest) => Promise<EngineReply>

/** Speaks to the daemon behind a unix socket. A failed connection rejects with the system's error. */
export function openEngine(socketPath = '/var/run/docker.sock'): Engine {
  return (request) =>
    new Promise((resolve, reject) => {
      const query = request.query === undefined ? '' : `?${new URLSearchParams(request.query).toString()}`
      const body = request.body === undefined ? undefined : JSON.stringify(request.body)
      const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const { method, signal } = request
      const path = `${request.path}${query}`
      const call = http.request(
        { socketPath, method, path, headers, agent: false, ...(signal === undefined ? {} : { signal }) },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => (text += chunk))
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        },
      )
      if (request.silenceMs !== undefined) {
        call.setTimeout(request.silenceMs, () => call.destroy(new Error(`docker says nothing to ${method} ${request.path}`)))
      }
      call.on('error', reject)
      call.end(body)
    })
}

/** Calls and expects one of the 2xx or 304 answers. Throws EngineError with the daemon's own message otherwise. */
export async function callEngine<T = unknown>(engine: Engine, request: EngineRequest): Promise<T> {
  const reply = await engine(request)
  if (reply.status >= 200 && reply.status < 305)
    return (reply.body.trimStart().startsWith('{') || reply.body.startsWith('[') ? JSON.parse(reply.body) : reply.body) as T
  throw new EngineError(reply.status, messageOf(reply.body))
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body
  } catch {
    return body.trim()
  }
}
