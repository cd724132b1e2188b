/** An HTTP request, as far as the API looks at it. `path` without the query, still percent-encoded. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string | undefined
  readonly body: string
}

/** An HTTP response; an empty body goes out with length 0. */
export interface HttpResponse {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** A response with a JSON body. */
export function json(status: number, body: string): HttpResponse {
  return { status, contentType: 'application/json', body }
}

/** 200 without a body: what a void method of the API answers (Jersey 1.19.1 does not make it a 204). */
export const emptyResponse: HttpResponse = { status: 200, contentType: 'application/json', body: '' }
