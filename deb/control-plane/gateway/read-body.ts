import { type Message, type MessageType } from '../dialect/descriptor.ts'
import type { JsonNode } from '../dialect/json-node.ts'
import { JsonSyntaxError, readJson } from '../dialect/json-text.ts'
import { parseMessage } from '../dialect/parse.ts'
import { ProtobufError } from '../dialect/protobuf-error.ts'
import { ApiError } from './errors.ts'
import type { HttpRequest } from './http-message.ts'

/** Reads a request body as a protobuf message. Throws ApiError: 415 for another content type, 400 for broken JSON,
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

/** Reads a request body as plain JSON. Throws ApiError 415 and 400. */
export function readJsonBody(request: HttpRequest): JsonNode {
  const mediaType = request.contentType?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new ApiError(415, 'Unsupported Media Type')
  try {
    return readJson(request.body)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new ApiError(400, `${error.message} location: [line: ${error.line}, column: ${error.column}]`)
  }
}
