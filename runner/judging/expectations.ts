import { isDeepStrictEqual } from 'node:util'
import { isFlaw, parseExpression, search } from '../../schemas/language/expression.ts'
import type { Check } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Entry, Value } from '../../schemas/scenario.ts'
import type { Cut } from '../cut.ts'
import { claimsOf, testClaim } from '../matchers/index.ts'
import type { Claim } from '../matchers/index.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Mask } from '../scope/mask.ts'
import type { Scope } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'
import { cutsReadBy, decideByParts } from './incomplete.ts'
import type { Cuts } from './incomplete.ts'

/** The most of a value that a check keeps, in characters of JSON. */
const keptCharacters = 4000

/** What a step found, as far as its expectations look at it. */
export interface Findings {
  readonly result: Json
  /** The keys of the result that are not whole. */
  readonly cuts: Cuts
}

/**
 * Tests every expectation of a step, also after one that does not hold, then what the kind implies and the file does not say otherwise.
 *
 * @param expect   left sides are JMESPath over the result
 * @param implies  left sides are keys of the result
 * @returns the checks, and why some of what is expected could not be judged: that ends a step that has no other finding
 */
export function testExpectations(
  expect: readonly Entry[],
  implies: JsonObject,
  { result, cuts }: Findings,
  scope: Scope,
  mask: Mask,
  place: Place,
): { readonly checks: readonly Check[]; readonly untested: StepError | undefined } {
  const untested: StepError[] = []
  const stated = expect.flatMap((entry) => {
    const statement = { subject: entry.key, implied: false, place: (matcher: string) => placeOf(entry.value, matcher) }
    try {
      const expected = evaluateValue(entry.value, scope)
      const missing = cutsReadBy(entry.key, cuts)
      if (missing.length > 0) return testIncomplete(entry, expected, missing, result, mask, statement)
      return testRightSide(searchResult(entry.key, result, entry.keyPlace), expected, mask, statement)
    } catch (error) {
      if (!(error instanceof StepError)) throw error
      untested.push(error)
      return []
    }
  })
  const implied = Object.entries(implies)
    .filter(([key]) => !expect.some((entry) => rootOf(entry.key) === key))
    .flatMap(([key, expected]) =>
      testRightSide(searchResult(key, result, place), expected, mask, { subject: key, implied: true, place: () => place }),
    )
  return { checks: [...stated, ...implied], untested: untested[0] }
}

/** Tests claims about a text that is not whole by the pieces that are there. @throws StepError `incomplete` when what is missing would matter */
function testIncomplete(
  entry: Entry,
  expected: Json,
  missing: readonly (readonly [string, Cut])[],
  result: Json,
  mask: Mask,
  statement: Statement,
): Check[] {
  const [first] = missing
  const isTextItself = missing.length === 1 && first !== undefined && entry.key.trim() === first[0]
  return claimsOf(expected).flatMap((claim) => {
    const decided = isTextItself ? decideByParts(claim, first[1].parts) : undefined
    if (decided === undefined) throw incomplete(missing, statement.place(claim.matcher))
    // What the pieces decide, the text that they make together says as well.
    return testRightSide(searchResult(entry.key, result, entry.keyPlace), { [claim.matcher]: claim.argument }, mask, statement)
  })
}

/** What is expected depends on something that is not there: nothing is known of it. */
export function incomplete(missing: readonly (readonly [string, Cut])[], place: Place): StepError {
  const why = missing.map(([key, { reason }]) => `${key} is not whole: ${reason}`).join('; ')
  return new StepError('incomplete', `it cannot be told: ${why}`, {
    place,
    hint: 'let the command say less, or keep what it starts in the background from its output',
  })
}

/** Tests an expression over the variables of a scenario. What it makes of a secret is one. @throws StepError when the expression is at fault */
export function testVariable(expression: string, expected: Json, scope: Scope, mask: Mask, place: Place): Check[] {
  const actual = searchResult(expression, scope.variables, place)
  const parsed = parseExpression(expression)
  if (!isFlaw(parsed))
    scope.taint(
      parsed.reads.map(({ name }) => name),
      actual,
    )
  return testRightSide(actual, expected, mask, { subject: expression, implied: false, place: () => place })
}

interface Statement extends Pick<Check, 'subject' | 'implied'> {
  readonly place: (matcher: string) => Place
}

/** One check for each claim of a right side. */
function testRightSide(actual: Json, expected: Json, mask: Mask, { subject, implied, place }: Statement): Check[] {
  return claimsOf(expected).map((claim) => {
    const explanation = withPlace(place(claim.matcher), () => testMasked(actual, claim, mask))
    return {
      subject,
      passed: explanation === undefined,
      implied,
      expected: claim.matcher === 'equals' ? claim.argument : { [claim.matcher]: claim.argument },
      actual: shorten(mask.json(actual)),
      explanation: explanation === undefined ? '' : explainMasked(actual, claim, mask, explanation),
      place: place(claim.matcher),
    }
  })
}

/** What is at fault in a claim is told as an explanation is: of what is masked. */
function testMasked(actual: Json, claim: Claim, mask: Mask): string | undefined {
  try {
    return testClaim(actual, claim)
  } catch (error) {
    if (isDeepStrictEqual(mask.json(claim.argument), claim.argument)) throw error
    testClaim(mask.json(actual), { ...claim, argument: mask.json(claim.argument) })
    throw new StepError((error as StepError).code, 'it cannot be tested; why is not told, since it is about a secret')
  }
}

/** An explanation cuts long values, and half a secret would not be found in it: it is made again of what is masked. */
function explainMasked(actual: Json, claim: Claim, mask: Mask, explanation: string): string {
  const masked = mask.json([actual, claim.argument] as const)
  if (isDeepStrictEqual(masked, [actual, claim.argument])) return explanation
  try {
    return testClaim(masked[0], { ...claim, argument: masked[1] }) ?? notTold
  } catch {
    return notTold
  }
}

const notTold = 'it does not hold; why is not told, since it is about a secret'

/** JMESPath over a result. @throws StepError `expression` with the place */
export function searchResult(expression: string, result: Json, place: Place): Json {
  return withPlace(place, () => {
    try {
      return search(expression, result)
    } catch (error) {
      throw new StepError('expression', `${expression}: ${(error as Error).message}`, { result, cause: error })
    }
  })
}

function withPlace<T>(place: Place, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof StepError) || error.place !== undefined) throw error
    const { code, message, hint, result, cause } = error
    throw new StepError(code, message, { place, cause, hint, result })
  }
}

function placeOf(value: Value, matcher: string): Place {
  const entry = value.type === 'map' ? value.entries.find(({ key }) => key === matcher) : undefined
  return entry?.value.place ?? value.place
}

function rootOf(expression: string): string {
  return /^[A-Za-z_]\w*/.exec(expression)?.[0] ?? ''
}

function shorten(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length <= keptCharacters ? value : `${text.slice(0, keptCharacters)}… (${text.length} characters)`
}
