import type { Json } from '../../schemas/json.ts'
import { isMeant } from './equals.ts'
import type { Matcher } from './matcher.ts'
import { showValue } from './show.ts'

/** One of several values. */
export const oneOf: Matcher = {
  summary: 'One of these values.',
  example: 'status: { in: [200, 404] }',
  schema: { type: 'array', minItems: 1, description: 'the values that it may be' },
  test: (actual, argument) =>
    (argument as readonly Json[]).some((item) => isMeant(item, actual))
      ? undefined
      : `${showValue(actual)} is none of ${showValue(argument)}`,
}

/** The opposite of an expectation. */
export const not: Matcher = {
  summary:
    'Does not hold: a value that it must not be, or matchers that must not match. A matcher that says nothing of such a value, as `contains` of a number, does not make its opposite hold.',
  example: 'stderr: { not: { contains: error } }',
  schema: {},
  nests: 'expectation',
  test(actual, argument, judge) {
    const found = judge(actual, argument)
    const [first] = found
    if (first === undefined) return `${showValue(actual)} is just what it must not be: ${showValue(argument)}`
    return found.every(({ isMisfit }) => isMisfit) ? { misfit: first.explanation } : undefined
  },
}
