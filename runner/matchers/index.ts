import { argumentProblems } from '../../schemas/language/check-argument.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { refuse } from '../step-error.ts'
import { not, oneOf } from './choice.ts'
import { equals } from './equals.ts'
import { any, each, length } from './items.ts'
import type { Judge, Matcher, Misfit, Mismatch } from './matcher.ts'
import { gt, gte, lt, lte } from './order.ts'
import { like, schema } from './shape.ts'
import { contains, matches } from './text.ts'

/** Every matcher, by its key in a scenario. A new one is one line here. */
export const matchers: Readonly<Record<string, Matcher>> = {
  equals,
  contains,
  matches,
  gt,
  gte,
  lt,
  lte,
  in: oneOf,
  not,
  length,
  each,
  any,
  like,
  schema,
}

/** One matcher with its argument, as the right side of an expectation names it; a literal is `equals`. */
export interface Claim {
  readonly matcher: string
  readonly argument: Json
}

/** The claims in a right side: those of a map that has only matchers as keys, otherwise that it is this literal. */
export function claimsOf(expected: Json): readonly Claim[] {
  if (!isMatchers(expected)) return [{ matcher: 'equals', argument: expected }]
  return Object.entries(expected).map(([matcher, argument]) => ({ matcher, argument }))
}

/** Whether a claim says something of every item. */
export function isOfEveryItem({ matcher }: Claim): boolean {
  return matchers[matcher]?.ofEveryItem === true
}

/** Whether one claim holds. @returns why not, or undefined @throws StepError when the claim itself is at fault: a broken pattern, a text as a limit */
export function testClaim(actual: Json, { matcher, argument }: Claim): string | undefined {
  const found = weigh(actual, { matcher, argument })
  return typeof found === 'object' ? found.misfit : found
}

function weigh(actual: Json, { matcher, argument }: Claim): string | Misfit | undefined {
  const found = matchers[matcher]
  if (found === undefined) throw new RangeError(`no matcher ${matcher}`)
  refuse(argumentProblems(matcher, found, argument))
  const misfit = found.misfit?.(actual, argument)
  return misfit === undefined ? found.test(actual, argument, judge) : { misfit }
}

/** Judges a value by a right side. Every claim is tested, also after one that does not hold. */
export const judge: Judge = Object.assign(
  (actual: Json, expected: Json): readonly Mismatch[] =>
    claimsOf(expected).flatMap((claim) => {
      const found = weigh(actual, claim)
      if (found === undefined) return []
      const isMisfit = typeof found === 'object'
      return [{ matcher: claim.matcher, expected: claim.argument, explanation: isMisfit ? found.misfit : found, isMisfit }]
    }),
  { isMatchers },
)

function isMatchers(expected: Json): expected is JsonObject {
  if (expected === null || typeof expected !== 'object' || Array.isArray(expected)) return false
  const keys = Object.keys(expected)
  return keys.length > 0 && keys.every((key) => Object.hasOwn(matchers, key))
}
