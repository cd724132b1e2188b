import { createTwoFilesPatch } from 'diff'
import type { Json } from '../../schemas/json.ts'
import { countOf } from '../../system/count-of.ts'

/** A value in one line, cut to `limit` characters. */
export function showValue(value: Json, limit = 200): string {
  const text = JSON.stringify(value) ?? 'null'
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`
}

/** Where two values differ: a unified diff when they have several lines, otherwise both in one line. */
export function showDifference(expected: Json, actual: Json): string {
  const [left, right] = [toLines(expected), toLines(actual)]
  if (!left.includes('\n') && !right.includes('\n')) return `expected ${showValue(expected)}, got ${showValue(actual)}`
  const lines = createTwoFilesPatch('expected', 'actual', `${left}\n`, `${right}\n`, '', '', { context: 2 }).split('\n').slice(1)
  const shown = lines.slice(0, 60).join('\n').trimEnd()
  const more = lines.length > 60 ? `\n… ${countOf(lines.length - 60, 'more line')}` : ''
  return `differs from what is expected\n${shown}${more}`
}

/** What kind of value it is, with its article. */
export function describeType(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return { string: 'a text', number: 'a number', boolean: 'a boolean', object: 'an object' }[typeof value as string] ?? typeof value
}

function toLines(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(sortKeys(value), undefined, 2)
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  )
}
