import type { Json } from '../../schemas/json.ts'
import type { Matcher, Mismatch } from './matcher.ts'
import { describeType, showValue } from './show.ts'
import { countOf } from '../../system/count-of.ts'

/** Of how many items it is told why they do not match. */
const shownItems = 10

/** The number of items, keys or characters. */
export const length: Matcher = {
  summary: 'The number of items of a list, keys of an object or characters of a text: a number, or matchers for it.',
  example: 'json.items: { length: { gte: 2 } }',
  schema: {
    anyOf: [
      { type: 'integer', minimum: 0, description: 'how many' },
      {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(['equals', 'gt', 'gte', 'lt', 'lte', 'in', 'not'].map((name) => [name, {}])),
        description: 'matchers for a number',
      },
    ],
  },
  nests: 'expectation',
  test(actual, argument, judge) {
    const size = sizeOf(actual)
    if (size === undefined) return `${describeType(actual)} has no length: ${showValue(actual)}`
    const [mismatch] = judge(size, argument)
    return mismatch === undefined ? undefined : `length: ${mismatch.explanation}`
  },
}

/** Every item of a list that is not empty. */
export const each: Matcher = {
  summary: 'Every item of a list meets this. An empty list does not: it would say nothing.',
  example: 'json.items[].status.state: { each: { in: [Started, Launched] } }',
  schema: {},
  nests: 'expectation',
  test(actual, argument, judge) {
    if (!Array.isArray(actual)) return `${describeType(actual)} where a list is expected: ${showValue(actual)}`
    if (actual.length === 0) return 'the list is empty, so that nothing was tested'
    const wrong: string[] = []
    for (const [index, item] of (actual as readonly Json[]).entries()) {
      for (const { explanation } of judge(item, argument)) wrong.push(`[${index}] ${explanation}`)
      if (wrong.length >= shownItems) break
    }
    return wrong.length === 0 ? undefined : wrong.slice(0, shownItems).join('\n')
  },
}

/** At least one item of a list. */
export const any: Matcher = {
  summary: 'At least one item of a list meets this.',
  example: 'json.items: { any: { like: { id: task-1 } } }',
  schema: {},
  nests: 'expectation',
  test(actual, argument, judge) {
    if (!Array.isArray(actual)) return `${describeType(actual)} where a list is expected: ${showValue(actual)}`
    const wrong: string[] = []
    for (const [index, item] of (actual as readonly Json[]).entries()) {
      const found = judge(item, argument)
      if (found.length === 0) return undefined
      if (index < shownItems) wrong.push(`[${index}] ${firstLine(found)}`)
    }
    return [`none of ${countOf(actual.length, 'item')} matches`, ...wrong].join('\n')
  },
}

function firstLine([mismatch]: readonly Mismatch[]): string {
  return mismatch?.explanation ?? ''
}

function sizeOf(value: Json): number | undefined {
  if (typeof value === 'string') return Array.from(value).length
  if (Array.isArray(value)) return value.length
  return value !== null && typeof value === 'object' ? Object.keys(value).length : undefined
}
