import type { MasterCall, MasterReply } from '../master/rpc.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'

/** What the gateway does with a request: answer by itself, ask the master and present the reply, or pass it to the master's own HTTP. */
export type Plan =
  | { readonly kind: 'answer'; readonly response: HttpResponse }
  | { readonly kind: 'call'; readonly call: MasterCall; readonly present: (reply: MasterReply) => HttpResponse }
  | { readonly kind: 'proxy'; readonly path: string }

/** A call to the master and how its value becomes a response. `absent` is the message of a 404 where the gateway words it itself. */
export interface Ask {
  readonly call: MasterCall
  readonly present: (value: unknown) => HttpResponse
  readonly absent?: string
}

/** One operation: `path` is matched segment by segment, `{x}` takes a segment. `answer` throws ApiError to refuse. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly answer: (request: HttpRequest, parameters: Readonly<Record<string, string>>) => Ask
}
