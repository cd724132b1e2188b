import type { Message, MessageType } from '../protocol/dialect/descriptor.ts'
import { printMessage } from '../protocol/dialect/print.ts'
import type { MasterCall, MasterReply } from '../protocol/master-rpc.ts'
import { json } from './http-message.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'

/** What the gateway does with a request: answer by itself, ask the master and present the reply, or pass it to the master's own HTTP. */
export type Plan =
  | { readonly kind: 'answer'; readonly response: HttpResponse }
  | { readonly kind: 'call'; readonly call: MasterCall; readonly present: (reply: MasterReply) => HttpResponse }
  | { readonly kind: 'proxy'; readonly path: string }

/** A call to the master. */
export interface Ask {
  readonly call: MasterCall
  /** How the value of the reply becomes a response; without it the response has no body. */
  readonly present?: (value: unknown) => HttpResponse
  /** The message of a 404 where the gateway words it itself. */
  readonly absent?: string
}

/** Presents a value as a message of this type, or as the one field of such a message. */
export function showAs(type: MessageType, field?: string): (value: unknown) => HttpResponse {
  return (value) => json(200, printMessage(type, field === undefined ? (value as Message) : { [field]: value }))
}

/** One operation: `path` is matched segment by segment, `{x}` takes a segment. `answer` throws ApiError to refuse. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly answer: (request: HttpRequest, parameters: Readonly<Record<string, string>>) => Ask
}
