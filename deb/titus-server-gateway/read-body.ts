import type { Message, MessageType } from '../protocol/dialect/descriptor.ts'
import { JsonSyntaxError, readJson } from '../protocol/dialect/json-text.ts'
import type { JsonNode } from '../protocol/dialect/json-text.ts'
import { parseMessage } from '../protocol/dialect/parse.ts'
import { ProtobufError } from '../protocol/dialect/scalars.ts'
import { ApiError } from './errors.ts'
import type { HttpRequest } from './http-message.ts'

/** Reads a request body as a protobuf message. Throws ApiError: 415 without a content type, 400 for broken JSON,
 *  500 for what JsonFormat refuses (rc.57; a 400 from rc.68 on). */
export function readBody(request: HttpRequest, type: MessageType): Message {
  const node = readJsonBody(request)
  try {
    return parseMessage(type, node)
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error
    throw new ApiError(500, `Unexpected error: com.google.protobuf.InvalidProtocolBufferException: ${error.message}`)
  }
}

/** Refuses a request, with a body or without, that says to be something other than JSON: every operation consumes JSON alone. */
export function refuseOtherMedia({ contentType }: HttpRequest): void {
  if (contentType !== undefined && contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw unsupportedMediaType()
}

/** Reads a request body as plain JSON. Throws ApiError: 415 when it does not say what it is, 400 for broken JSON. */
export function readJsonBody(request: HttpRequest): JsonNode {
  if (request.contentType === undefined) throw unsupportedMediaType()
  try {
    return readJson(request.body)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ApiError(400, `${error.message} location: [line: ${error.line}, column: ${error.column}]`)
  }
}

function unsupportedMediaType(): ApiError {
  return new ApiError(415, 'Unsupported Media Type')
}
