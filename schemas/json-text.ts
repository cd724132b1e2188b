import { randomUUID } from 'node:crypto'
import type { Json } from './json.ts'

/** How deep the values of a JSON text may be nested. Nothing that is looked at is nested nearly as deep, and what walks a value calls itself
 *  for each level. */
export const mostLevels = 500

/** A text is JSON, but nested deeper than anything can look into. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
  constructor() {
    super(`it is nested more than ${mostLevels} levels deep`)
  }
}

/** What no text from outside holds: stands for a number while JavaScript's own functions read or write a text. */
const mark = `${randomUUID()}:`

/** The strings and the numbers of a JSON text. */
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs

/**
 * Reads JSON. A whole number that a double cannot hold keeps its digits, as a bigint.
 * @throws SyntaxError when the text is no JSON, TooDeep when its values are nested too deep
 */
export function parseJson(text: string): Json {
  const plain = JSON.parse(text) as Json
  if (isDeeper(plain, mostLevels)) throw new TooDeep()
  if (!/\d{16}/.test(text)) return plain
  const marked = text.replaceAll(stringOrNumber, (part) => (/^-?\d{16,}$/.test(part) && !isSafe(part) ? `"${mark}${part}"` : part))
  return JSON.parse(marked, (_key, value: Json) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as Json
}

/** Writes JSON, a bigint as the number that it is. @param indent  as that of `JSON.stringify` */
export function renderJson(value: unknown, indent?: number): string {
  let hasLong = false
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => {
      if (typeof item !== 'bigint') return item
      hasLong = true
      return `${mark}${item}`
    },
    indent,
  )
  return hasLong ? text.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1') : text
}

/** A whole number as it is written: a bigint when a double cannot hold it. */
export function readInteger(text: string): number | bigint {
  return isSafe(text) ? Number(text) : BigInt(text.replace(/^\+/, ''))
}

/** Whether values are nested deeper than so many levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? (Object.values(item) as readonly unknown[]) : []))
    if (level.length === 0) return false
  }
  return true
}

function isSafe(text: string): boolean {
  return Number.isSafeInteger(Number(text))
}
