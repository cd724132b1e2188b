import type { Json } from '../../schemas/json.ts'
import type { Matcher } from './matcher.ts'
import { isSameValue } from './same-value.ts'
import { describeType, showValue } from './show.ts'

/** A part of a text, or an item of a list. */
export const contains: Matcher = {
  summary: 'A text has this part, a list this item, an object this key. Of several in a list, all.',
  example: 'stdout: { contains: running }',
  schema: {},
  test(actual, argument) {
    const missing = (Array.isArray(argument) ? (argument as readonly Json[]) : [argument]).filter((part) => !holds(actual, part))
    if (missing.length === 0) return undefined
    return `${showValue(actual, 400)} does not contain ${missing.map((part) => showValue(part)).join(', ')}`
  },
}

/** A regular expression somewhere in a text. */
export const matches: Matcher = {
  summary: 'A regular expression (JavaScript) finds something in the text; `^` and `$` are the ends of the whole text.',
  example: "stdout: { matches: '^v[0-9]+' }",
  schema: { type: 'string' },
  check(argument) {
    try {
      new RegExp(argument as string)
      return []
    } catch (error) {
      const message = `this is no regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, '')}`
      return [{ code: 'bad-pattern', path: [], ofKey: false, message, expected: 'a regular expression of JavaScript' }]
    }
  },
  test(actual, argument) {
    if (typeof actual !== 'string') return `${describeType(actual)} where a text is expected: ${showValue(actual)}`
    return new RegExp(argument as string).test(actual) ? undefined : `${showValue(actual, 400)} does not match /${argument as string}/`
  },
}

function holds(actual: Json, part: Json): boolean {
  if (typeof actual === 'string') return typeof part === 'string' && actual.includes(part)
  if (Array.isArray(actual)) return actual.some((item: Json) => isSameValue(item, part))
  return actual !== null && typeof actual === 'object' && typeof part === 'string' && Object.hasOwn(actual, part)
}
