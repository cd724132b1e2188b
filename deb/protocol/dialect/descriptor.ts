/** A protobuf message type: what the printer and the parser know of it. */
export interface MessageType {
  /** Fully qualified: `com.netflix.titus.JobDescriptor`. */
  readonly name: string
  readonly fields: readonly Field[]
}

/** The scalar kinds that the Titus API uses. `google.protobuf.*Value` wrappers are scalars with `wrapped`. */
export type ScalarKind = 'string' | 'bool' | 'double' | 'int32' | 'uint32' | 'int64' | 'uint64'

/** An enum: names in the order of their numbers, from 0. */
export interface EnumType {
  readonly name: string
  readonly values: readonly string[]
}

/** One field. Fields of a message stand in the order of their numbers, which is the order of printing. */
export interface Field {
  readonly name: string
  readonly type:
    | { readonly is: 'scalar'; readonly kind: ScalarKind; readonly wrapped?: true }
    | { readonly is: 'enum'; readonly of: EnumType }
    | { readonly is: 'message'; readonly of: MessageType }
    | { readonly is: 'map' }
    | { readonly is: 'any' }
  readonly repeated?: true
  readonly oneof?: string
}

/** A parsed message: scalars, lists and maps are always there (proto3 defaults), messages, wrappers and oneof members only when set.
 *  64-bit integers are numbers: exact up to 2^53, far beyond every limit of the API. */
export type Message = { readonly [field: string]: unknown }

/** A message type of the package com.netflix.titus. */
export function message(name: string, fields: readonly Field[]): MessageType {
  return { name: `com.netflix.titus.${name}`, fields }
}

/** An enum of the package com.netflix.titus. */
export function enumeration(name: string, values: readonly string[]): EnumType {
  return { name: `com.netflix.titus.${name}`, values }
}

/** A scalar field. */
export function scalar(name: string, kind: ScalarKind, oneof?: string): Field {
  return { name, type: { is: 'scalar', kind }, ...(oneof === undefined ? {} : { oneof }) }
}

/** A field of a wrapper type (`google.protobuf.Int32Value`): a scalar that knows whether it is set. */
export function wrapped(name: string, kind: ScalarKind): Field {
  return { name, type: { is: 'scalar', kind, wrapped: true } }
}

/** A message field. */
export function one(name: string, of: MessageType, oneof?: string): Field {
  return { name, type: { is: 'message', of }, ...(oneof === undefined ? {} : { oneof }) }
}

/** A list of messages. */
export function many(name: string, of: MessageType): Field {
  return { name, type: { is: 'message', of }, repeated: true }
}

/** A list of strings. */
export function strings(name: string): Field {
  return { name, type: { is: 'scalar', kind: 'string' }, repeated: true }
}

/** A `map<string, string>`. */
export function stringMap(name: string): Field {
  return { name, type: { is: 'map' } }
}

/** An enum field. */
export function choice(name: string, of: EnumType, oneof?: string): Field {
  return { name, type: { is: 'enum', of }, ...(oneof === undefined ? {} : { oneof }) }
}

/** Whether the field is absent until somebody sets it. */
export function hasPresence(field: Field): boolean {
  if (field.repeated) return false
  const { type } = field
  return field.oneof !== undefined || type.is === 'message' || type.is === 'any' || (type.is === 'scalar' && type.wrapped === true)
}

/** The proto3 default of a field without presence. */
export function defaultOf(field: Field): unknown {
  if (field.repeated) return []
  if (field.type.is === 'map') return {}
  if (field.type.is === 'enum') return field.type.of.values[0]
  if (field.type.is !== 'scalar') return undefined
  if (field.type.kind === 'string') return ''
  return field.type.kind === 'bool' ? false : 0
}

/** The message with every field at its default. */
export function emptyMessage(type: MessageType): Message {
  return Object.fromEntries(type.fields.filter((field) => !hasPresence(field)).map((field) => [field.name, defaultOf(field)]))
}
