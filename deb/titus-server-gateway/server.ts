import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen, respond } from '../process/http-server.ts'
import type { Listener } from '../process/http-server.ts'
import { errorWords } from '../process/log.ts'
import type { Log } from '../process/log.ts'
import { ApiError, errorResponse } from './errors.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'
import { askMaster } from './master-client.ts'
import { plan } from './plan.ts'

/** How a Titus gateway is to run. Port 0 takes any port. */
export interface GatewayOptions {
  readonly listenAddress: string
  readonly port: number
  /** `http://host:port` of the master's calls and of its own HTTP. */
  readonly rpcUrl: string
  readonly masterUrl: string
  /** Milliseconds for one call of the master (titus.grpcClient.requestTimeout). */
  readonly timeoutMs: number
}

/** Serves the Titus API. */
export async function serveGateway(options: GatewayOptions, log: Log): Promise<Listener> {
  async function handle(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const asked = toHttpRequest(request, body)
    const answer = await answerRequest(asked, options)
    if (asked.method !== 'GET' || answer.status >= 400) log('request', { method: asked.method, path: asked.path, status: answer.status })
    respond(response, answer.status, answer.contentType, answer.body)
  }
  return listen(options.listenAddress, options.port, handle, (error) => log('request-failed', { reason: errorWords(error) }))
}

async function answerRequest(request: HttpRequest, options: GatewayOptions): Promise<HttpResponse> {
  if (request.path === '/health') return { status: 200, contentType: 'text/plain', body: 'OK' }
  const decision = plan(request)
  switch (decision.kind) {
    case 'answer':
      return decision.response
    case 'call':
      return decision.present(await askMaster(options.rpcUrl, decision.call, options.timeoutMs))
    case 'proxy':
      return passOn(request, decision.path, options)
  }
}

async function passOn(request: HttpRequest, path: string, { masterUrl, timeoutMs }: GatewayOptions): Promise<HttpResponse> {
  try {
    const query = request.query.size === 0 ? '' : `?${request.query.toString()}`
    const response = await fetch(`${masterUrl}${path}${query}`, {
      method: request.method,
      ...(request.method === 'GET' || request.method === 'HEAD' ? {} : { body: request.body }),
      ...(request.contentType === undefined ? {} : { headers: { 'content-type': request.contentType } }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const contentType = response.headers.get('content-type') ?? 'text/plain'
    return { status: response.status, contentType, body: await response.text() }
  } catch {
    return errorResponse(new ApiError(503, 'UNAVAILABLE: the master cannot be reached'), request)
  }
}

function toHttpRequest(request: IncomingMessage, body: string): HttpRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
  return { method: request.method ?? 'GET', path, query: new URLSearchParams(query), contentType: request.headers['content-type'], body }
}
