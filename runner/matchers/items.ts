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
  misfit: (actual) => (sizeOf(actual) === undefined ? `${describeType(actual)} has no length: ${showValue(actual)}` : undefined),
  test(actual, argument, judge) {
    const [mismatch] = judge(sizeOf(actual) ?? null, argument)
    return mismatch === undefined ? undefined : `length: ${mismatch.explanation}`
  },
}

/** Every item of a list that is not empty. */
export const each: Matcher = {
  summary:
    'Every item of a list meets this, an item without what is read of it does not. An empty list does not, either: it would say nothing.',
  example: 'json.items[].status.state: { each: { in: [Started, Launched] } }',
  schema: {},
  nests: 'expectation',
  ofEveryItem: true,
  misfit: (actual) => noList(actual) ?? (itemsOf(actual).length === 0 ? 'the list is empty, so that nothing was tested' : undefined),
  test(actual, argument, judge) {
    const wrong: string[] = []
    let isDenied = false
    for (const [index, item] of itemsOf(actual).entries()) {
      for (const { explanation, isMisfit } of judge(item, argument)) {
        if (wrong.length < shownItems) wrong.push(`[${index}] ${explanation}`)
        isDenied ||= !isMisfit
      }
      if (isDenied && wrong.length >= shownItems) break
    }
    if (wrong.length === 0) return undefined
    return isDenied ? wrong.join('\n') : { misfit: wrong.join('\n') }
  },
}

/** At least one item of a list. */
export const any: Matcher = {
  summary: 'At least one item of a list meets this.',
  example: 'json.items: { any: { like: { id: task-1 } } }',
  schema: {},
  nests: 'expectation',
  misfit: noList,
  test(actual, argument, judge) {
    const wrong: string[] = []
    let isDenied = true
    for (const [index, item] of itemsOf(actual).entries()) {
      const found = judge(item, argument)
      if (found.length === 0) return undefined
      isDenied &&= found.some(({ isMisfit }) => !isMisfit)
      if (index < shownItems) wrong.push(`[${index}] ${firstLine(found)}`)
    }
    const explanation = [`none of ${countOf(itemsOf(actual).length, 'item')} matches`, ...wrong].join('\n')
    return isDenied ? explanation : { misfit: explanation }
  },
}

function noList(actual: Json): string | undefined {
  return Array.isArray(actual) ? undefined : `${describeType(actual)} where a list is expected: ${showValue(actual)}`
}

function itemsOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function firstLine([mismatch]: readonly Mismatch[]): string {
  return mismatch?.explanation ?? ''
}

function sizeOf(value: Json): number | undefined {
  if (typeof value === 'string') return Array.from(value).length
  if (Array.isArray(value)) return value.length
  return value !== null && typeof value === 'object' ? Object.keys(value).length : undefined
}
