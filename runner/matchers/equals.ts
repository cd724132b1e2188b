import type { Json } from '../../schemas/json.ts'
import type { Matcher } from './matcher.ts'
import { isSameValue } from './same-value.ts'
import { showDifference } from './show.ts'

/** The same value, however deep; what a literal on the right side means. `2xx` is every number of that class of HTTP statuses. */
export const equals: Matcher = {
  summary:
    'The same value; for a number `2xx` too, the class of an HTTP status. A literal means this; it is for values that look like a map of matchers.',
  example: 'json.limits: { equals: { lt: 5, gt: 1 } }',
  schema: {},
  test: (actual, argument) => (isMeant(argument, actual) ? undefined : showDifference(argument, actual)),
}

/** Whether a value is what a literal means. */
export function isMeant(literal: Json, actual: Json): boolean {
  if (typeof actual === 'number' && typeof literal === 'string' && /^[1-5]xx$/.test(literal))
    return Math.floor(actual / 100) === Number(literal[0])
  return isSameValue(actual, literal)
}
