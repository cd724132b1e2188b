import type { ScalarKind } from './descriptor.ts'
import { compact } from './json-text.ts'
import type { JsonNode } from './json-text.ts'

/** What protobuf's JsonFormat throws as InvalidProtocolBufferException; the message is its text. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

const ranges = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const

/** Makes a scalar of a JSON value: numbers may be strings, strings may be numbers or booleans (Gson's getAsString).
 *  Throws ProtobufError with JsonFormat's text. */
export function parseScalar(kind: ScalarKind, node: JsonNode): string | number | boolean {
  switch (kind) {
    case 'string':
      return asString(node)
    case 'bool':
      return parseBool(node)
    case 'double':
      return parseDouble(node)
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
      return parseInteger(kind, node)
  }
}

function asString(node: JsonNode): string {
  if (node.kind === 'string') return node.value
  if (node.kind === 'number') return node.text
  if (node.kind === 'boolean') return String(node.value)
  // Gson takes a list of one element for that element. Everything else throws an exception with the class name, or without.
  const [first] = node.kind === 'array' ? node.items : []
  if (node.kind === 'array' && node.items.length === 1 && first !== undefined) return asString(first)
  throw new ProtobufError(node.kind === 'object' ? 'JsonObject' : 'null')
}

function textOf(node: JsonNode): string | undefined {
  try {
    return asString(node)
  } catch {
    return undefined
  }
}

function parseBool(node: JsonNode): boolean {
  const text = textOf(node)
  if (text === 'true' || text === 'false') return text === 'true'
  throw new ProtobufError(`Invalid bool value: ${compact(node)}`)
}

function parseDouble(node: JsonNode): number {
  const text = textOf(node)
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return Number(text)
  if (text === undefined || !/^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    throw new ProtobufError(`Not an double value: ${compact(node)}`)
  }
  const value = Number(text)
  if (!Number.isFinite(value)) throw new ProtobufError(`Out of range double value: ${compact(node)}`)
  return value
}

function parseInteger(kind: keyof typeof ranges, node: JsonNode): number {
  const value = exactInteger(textOf(node))
  if (value === undefined) throw new ProtobufError(`Not an ${kind} value: ${compact(node)}`)
  const [min, max] = ranges[kind]
  if (value >= min && value <= max) return Number(value)
  // The signed kinds have no range text of their own: Integer.parseInt just fails.
  throw new ProtobufError(`${kind.startsWith('u') ? 'Out of range' : 'Not an'} ${kind} value: ${compact(node)}`)
}

/** `1`, `+1`, `1.0` and `1e3` are integers, `1.5` and `` are not; an exponent beyond reason is not either. */
function exactInteger(text: string | undefined): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text ?? '')
  if (match === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const shift = Number(exponent) - fraction.length
  const digits = whole + fraction
  // Such a number is far out of every range, and BigInt takes seconds for a million digits.
  if (whole.replace(/^0+/, '').length > 30) return sign === '-' ? -(10n ** 30n) : 10n ** 30n
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) return undefined
  const magnitude = shift >= 0 ? BigInt(digits) * 10n ** BigInt(shift) : BigInt(digits.slice(0, shift) || '0')
  return sign === '-' ? -magnitude : magnitude
}
