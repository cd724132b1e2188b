import type { StatusCode } from '../protocol/master-rpc.ts'
import { json } from './http-message.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'

/** A request that the gateway refuses: an HTTP status and the message of the error body. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const httpStatus: Readonly<Record<StatusCode, number>> = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  DEADLINE_EXCEEDED: 408,
  ALREADY_EXISTS: 409,
  FAILED_PRECONDITION: 409,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  INTERNAL: 500,
}

/** The HTTP error for a gRPC status: `CODE: ExceptionClass: text`. */
export function apiErrorOf(code: StatusCode, text: string): ApiError {
  return new ApiError(httpStatus[code], `${code}: ${text}`)
}

/** The error body: compact, `statusCode` first; with `?debug=true` what is known about the request besides. */
export function errorResponse(error: ApiError, request: HttpRequest): HttpResponse {
  const body = { statusCode: error.status, message: error.message }
  if (request.query.get('debug') !== 'true') return json(error.status, JSON.stringify(body))
  const errorContext = {
    clientRequest: [`${request.method} ${request.path}`, ...[...request.query].map(([key, value]) => `${key}=${value}`)],
    serverContext: ['titusGateway'],
    threadContext: [],
    exception: [`${error.name}: ${error.message}`],
  }
  return json(error.status, JSON.stringify({ ...body, errorContext }))
}
