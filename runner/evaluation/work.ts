import type { Json } from '../../schemas/json.ts'
import { search } from '../../schemas/language/expression.ts'
import type { ProblemCode } from '../../schemas/problem-codes.ts'
import { testClaim } from '../matchers/index.ts'
import type { Claim } from '../matchers/index.ts'
import { StepError } from '../step-error.ts'
import { weigh } from './cost.ts'

/** A piece of work on data that may come from anywhere: an expression to apply, or a claim to test. */
export type Work =
  | { readonly type: 'search'; readonly expression: string; readonly data: Json }
  | { readonly type: 'test'; readonly actual: Json; readonly claim: Claim }

/** What a piece of work came to, as data that one thread can give to another: its value (of a test why the claim does not hold, null when it
 *  does), or what is at fault in what was asked. */
export type Done =
  | { readonly value: Json }
  | { readonly fault: { readonly code: ProblemCode; readonly message: string; readonly hint?: string | undefined } }

/** The most that an expression may give, in characters of JSON. What it selects again and again is one value here, but many in a report. */
const mostGiven = 2 ** 26

/** Does a piece of work. Never throws. */
export function doWork(work: Work): Done {
  try {
    if (work.type === 'test') return { value: testClaim(work.actual, work.claim) ?? null }
    const value = search(work.expression, work.data)
    if (weigh(value, mostGiven) < mostGiven) return { value }
    return { fault: { code: 'expression', message: `it gives more than ${mostGiven} characters` } }
  } catch (error) {
    return { fault: describeFault(error) }
  }
}

function describeFault(error: unknown): Extract<Done, { fault: object }>['fault'] {
  if (error instanceof StepError)
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }
  const message = error instanceof Error ? error.message : String(error)
  // What the stack, an array or a text has no room for, no step can make use of.
  return { code: 'expression', message: error instanceof RangeError ? `it is too large to be evaluated (${message})` : message }
}
