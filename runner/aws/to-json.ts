import { isUtf8 } from 'node:buffer'
import type { Json } from '../../schemas/json.ts'

/** How much of a body is read, and who is told that it was not all. */
export interface Reading {
  readonly limitBytes: number
  readonly cut: (reason: string) => void
}

/** An answer of the SDK as plain data: times as ISO 8601, bytes as base64, the body of an object as text where it is UTF-8. */
export async function toJson(value: unknown, reading: Reading): Promise<Json> {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return Promise.all(value.map((item) => toJson(item, reading)))
  if (typeof value !== 'object') return value as Json
  if (Symbol.asyncIterator in value) return readBody(value as AsyncIterable<Buffer>, reading)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== 'function')
  return Object.fromEntries(await Promise.all(entries.map(async ([key, item]) => [key, await toJson(item, reading)] as const)))
}

async function readBody(body: AsyncIterable<Buffer>, { limitBytes, cut }: Reading): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    pieces.push(piece.subarray(0, limitBytes - bytes))
    bytes += piece.length
    if (bytes <= limitBytes) continue
    cut(`of a body the first ${limitBytes} bytes were read`)
    break
  }
  const read = Buffer.concat(pieces)
  return isUtf8(read) ? read.toString('utf8') : read.toString('base64')
}
