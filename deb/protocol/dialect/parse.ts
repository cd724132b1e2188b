import { emptyMessage } from './descriptor.ts'
import type { Field, Message, MessageType } from './descriptor.ts'
import { compact } from './json-text.ts'
import type { JsonNode } from './json-text.ts'
import { ProtobufError, parseScalar } from './scalars.ts'

/** Makes a message of a JSON value by the rules of protobuf's JsonFormat: `null` is absent, unknown fields are errors.
 *  (The Titus protos declare their fields in lowerCamelCase, so a field has one name.) Throws ProtobufError with JsonFormat's own text. */
export function parseMessage(type: MessageType, node: JsonNode): Message {
  if (node.kind !== 'object') throw new ProtobufError(`Expect message object but got: ${compact(node)}`)
  const values: Record<string, unknown> = { ...emptyMessage(type) }
  const seen = new Map<string, Field>()
  for (const [key, value] of node.entries) {
    const field = type.fields.find((candidate) => candidate.name === key)
    if (field === undefined) throw new ProtobufError(`Cannot find field: ${key} in message ${type.name}`)
    refuseSecondOfOneof(type, field, seen)
    const parsed = parseField(type, field, value)
    if (parsed === undefined) continue
    values[field.name] = parsed
    seen.set(field.name, field)
  }
  return values
}

function refuseSecondOfOneof(type: MessageType, field: Field, seen: ReadonlyMap<string, Field>): void {
  if (field.oneof === undefined) return
  const other = [...seen.values()].find((candidate) => candidate.oneof === field.oneof)
  if (other === undefined) return
  throw new ProtobufError(
    `Cannot set field ${type.name}.${field.name} because another field ${type.name}.${other.name} belonging to the same oneof has already been set `,
  )
}

function parseField(owner: MessageType, field: Field, node: JsonNode): unknown {
  if (node.kind === 'null') return undefined
  if (field.type.is === 'map') return parseMap(node)
  if (!field.repeated) return parseSingle(field, node)
  if (node.kind !== 'array') throw new ProtobufError(`Expect an array but found: ${compact(node)}`)
  return node.items.map((item) => {
    if (item.kind === 'null') {
      throw new ProtobufError(`Repeated field elements cannot be null in field: ${owner.name}.${field.name}`)
    }
    return parseSingle(field, item)
  })
}

function parseMap(node: JsonNode): Readonly<Record<string, string>> {
  if (node.kind !== 'object') throw new ProtobufError(`Expect a map object but found: ${compact(node)}`)
  return Object.fromEntries(
    [...node.entries].map(([key, value]) => {
      if (value.kind === 'null') throw new ProtobufError('Map value cannot be null.')
      return [key, parseScalar('string', value) as string]
    }),
  )
}

function parseSingle(field: Field, node: JsonNode): unknown {
  const { type } = field
  if (type.is === 'message') return parseMessage(type.of, node)
  if (type.is === 'scalar') return parseScalar(type.kind, node)
  if (type.is === 'enum') {
    const text = parseScalar('string', node) as string
    if (type.of.values.includes(text)) return text
    if (!/^-?\d+$/.test(text)) throw new ProtobufError(`Invalid enum value: ${text} for enum type: ${type.of.name}`)
    return type.of.values[Number(text)] ?? Number(text)
  }
  return parseAny(node)
}

function parseAny(node: JsonNode): Message {
  if (node.kind !== 'object') throw new ProtobufError(`Expect message object but got: ${compact(node)}`)
  if (node.entries.size === 0) return {}
  const url = node.entries.get('@type')
  if (url === undefined) throw new ProtobufError(`Missing type url when parsing: ${compact(node)}`)
  throw new ProtobufError(`Cannot resolve type: ${parseScalar('string', url) as string}`)
}
