import type { Json } from '../../schemas/json.ts'
import type { Matcher } from './matcher.ts'
import { describeType, showValue } from './show.ts'

/** Greater than. */
export const gt = compare('gt', 'greater than', (actual, limit) => actual > limit)
/** Greater than or equal. */
export const gte = compare('gte', 'at least', (actual, limit) => actual >= limit)
/** Less than. */
export const lt = compare('lt', 'less than', (actual, limit) => actual < limit)
/** Less than or equal. */
export const lte = compare('lte', 'at most', (actual, limit) => actual <= limit)

function compare(name: string, words: string, holds: (actual: number | bigint, limit: number | bigint) => boolean): Matcher {
  return {
    summary: `A number ${words} this one.`,
    example: `duration: { ${name}: 5 }`,
    schema: { type: 'number' },
    takes: 'number',
    misfit: (actual) =>
      isNumber(actual) ? undefined : `${describeType(actual)} where a number is expected: ${showValue(actual)}${curing(actual)}`,
    test: (actual, argument) =>
      isNumber(actual) && holds(actual, argument as number | bigint)
        ? undefined
        : `${showValue(actual)} is not ${words} ${argument as number | bigint}`,
  }
}

function isNumber(value: Json): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** What a command says is a text, also where it is a number. */
function curing(value: Json): string {
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? ' (to_number(…) on the left reads it as one)' : ''
}
