import { createTwoFilesPatch } from 'diff'
import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { countOf } from '../../system/count-of.ts'

/** A value in one line, cut to `limit` characters. */
export function showValue(value: Json, limit = 200): string {
  const text = renderJson(value)
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${countOf(text.length, 'character')})`
}

/** Where two values differ: a unified diff when they have several lines, otherwise both in one line. */
export function showDifference(expected: Json, actual: Json): string {
  const [left, right] = [toLines(expected), toLines(actual)]
  if (!left.includes('\n') && !right.includes('\n')) return `expected ${showValue(expected)}, got ${showValue(actual)}`
  const lines = diffLines(left.split('\n'), right.split('\n'))
  const shown = lines.slice(0, 60).join('\n').trimEnd()
  const more = lines.length > 60 ? `\n… ${countOf(lines.length - 60, 'more line')}` : ''
  return `differs from what is expected\n${shown}${more}`
}

/** How many lines from the first difference on are compared, and how much of each: to compare takes time by the square of what differs. */
const [comparedLines, comparedCharacters] = [300, 500]

/** A unified diff of the lines around the first difference. */
function diffLines(left: readonly string[], right: readonly string[]): readonly string[] {
  const first = left.findIndex((line, index) => line !== right[index])
  const from = Math.max(0, (first === -1 ? left.length : first) - 2)
  const part = (lines: readonly string[]) =>
    lines
      .slice(from, from + comparedLines)
      .map((line) => (line.length > comparedCharacters ? `${line.slice(0, comparedCharacters)}…` : line))
  const patch = createTwoFilesPatch('expected', 'actual', `${part(left).join('\n')}\n`, `${part(right).join('\n')}\n`, '', '', {
    context: 2,
  })
  const place = from === 0 ? [] : [`from line ${from + 1} on:`]
  return [...place, ...patch.split('\n').slice(1)]
}

/** What kind of value it is, with its article. */
export function describeType(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return (
    { string: 'a text', number: 'a number', bigint: 'a number', boolean: 'a boolean', object: 'an object' }[typeof value as string] ??
    typeof value
  )
}

function toLines(value: Json): string {
  return typeof value === 'string' ? value : renderJson(sortKeys(value), 2)
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
