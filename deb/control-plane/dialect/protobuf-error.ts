/** What protobuf's JsonFormat throws as InvalidProtocolBufferException; the message is its text. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}
