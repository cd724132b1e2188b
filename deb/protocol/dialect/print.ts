import { defaultOf, hasPresence } from './descriptor.ts'
import type { Field, Message, MessageType } from './descriptor.ts'

const step = '  '

/** Prints a message as protobuf's JsonFormat does with default values included: two spaces, fields by number, 64-bit integers
 *  as strings, lists on one line, an empty map or message as `{` and `}` on two lines, Gson's HTML-safe escapes. */
export function printMessage(type: MessageType, value: Message): string {
  return printObject(type, value, '')
}

function printObject(type: MessageType, value: Message, indent: string): string {
  const lines = type.fields.flatMap((field) => {
    const content = value[field.name] ?? (hasPresence(field) ? undefined : defaultOf(field))
    return content === undefined ? [] : [`"${field.name}": ${printField(field, content, indent + step)}`]
  })
  return block(lines, indent)
}

function printField(field: Field, value: unknown, indent: string): string {
  if (field.type.is === 'map') {
    const entries = Object.entries(value as Record<string, string>)
    return block(
      entries.map(([key, text]) => `${quote(key)}: ${quote(text)}`),
      indent,
    )
  }
  if (!field.repeated) return printSingle(field, value, indent)
  return `[${(value as readonly unknown[]).map((item) => printSingle(field, item, indent)).join(', ')}]`
}

function printSingle(field: Field, value: unknown, indent: string): string {
  const { type } = field
  if (type.is === 'message') return printObject(type.of, value as Message, indent)
  if (type.is === 'any') return '{}'
  if (type.is === 'enum') return typeof value === 'number' ? String(value) : quote(value as string)
  if (type.is === 'map') return ''
  switch (type.kind) {
    case 'string':
      return quote(value as string)
    case 'double':
      return printDouble(value as number)
    case 'int64':
    case 'uint64':
      return `"${BigInt(value as number)}"`
    case 'bool':
    case 'int32':
    case 'uint32':
      return String(value)
  }
}

function block(lines: readonly string[], indent: string): string {
  if (lines.length === 0) return `{\n${indent}}`
  return `{\n${lines.map((line) => indent + step + line).join(',\n')}\n${indent}}`
}

/** Quotes as Gson does by default: HTML-safe. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[<>&='\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Java's Double.toString: always a fraction, scientific below 1e-3 and from 1e7. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return '"NaN"'
  if (!Number.isFinite(value)) return value > 0 ? '"Infinity"' : '"-Infinity"'
  const size = Math.abs(value)
  if (size === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}
