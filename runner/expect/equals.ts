import { isDeepStrictEqual } from 'node:util'
import type { Matcher } from './matcher.ts'
import { showDifference } from './show.ts'

/** The same value, however deep; what a literal on the right side means. */
export const equals: Matcher = {
  summary: 'The same value. A literal means this too; it is for values that look like a map of matchers.',
  schema: {},
  test: (actual, argument) => (isDeepStrictEqual(actual, argument) ? undefined : showDifference(argument, actual)),
}
