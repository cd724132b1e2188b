import type { Matcher } from './matcher.ts'
import { describeType, showValue } from './show.ts'

/** Greater than. */
export const gt = compare('greater than', (actual, limit) => actual > limit)
/** Greater than or equal. */
export const gte = compare('at least', (actual, limit) => actual >= limit)
/** Less than. */
export const lt = compare('less than', (actual, limit) => actual < limit)
/** Less than or equal. */
export const lte = compare('at most', (actual, limit) => actual <= limit)

function compare(words: string, holds: (actual: number, limit: number) => boolean): Matcher {
  return {
    summary: `A number ${words} this one.`,
    schema: { type: 'number' },
    test(actual, argument) {
      if (typeof actual !== 'number') return `${describeType(actual)} where a number is expected: ${showValue(actual)}`
      return holds(actual, argument as number) ? undefined : `${actual} is not ${words} ${argument as number}`
    },
  }
}
