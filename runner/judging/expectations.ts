import { isDeepStrictEqual } from 'node:util'
import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import type { Check } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Entry, Value } from '../../schemas/scenario.ts'
import { countOf } from '../../system/count-of.ts'
import type { Cut } from '../cut.ts'
import { weigh } from '../evaluation/cost.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { claimsOf, isOfEveryItem } from '../matchers/index.ts'
import type { Claim } from '../matchers/index.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Mask } from '../scope/mask.ts'
import type { Scope } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'
import { absenceReadBy } from './absent.ts'
import type { Absences } from './absent.ts'
import { cutsReadBy, decideByParts } from './incomplete.ts'
import type { Cuts } from './incomplete.ts'
import { keepAll, tellLeftOut } from './left-out.ts'

/** The most of a value that a check keeps, in characters of JSON. */
const keptCharacters = 4000

/** What a step found, as far as its expectations look at it. */
export interface Findings {
  readonly result: Json
  /** The keys of the result that are not whole. */
  readonly cuts: Cuts
  /** The keys of the result that hold nothing. */
  readonly absences: Absences
}

/** With what expectations are judged. */
export interface Judging {
  readonly scope: Scope
  readonly mask: Mask
  readonly evaluation: Evaluation
}

/**
 * Tests every expectation of a step, also after one that does not hold, then what the kind implies and the file does not say otherwise.
 *
 * @param expect   left sides are JMESPath over the result
 * @param implies  left sides are keys of the result
 * @returns the checks, and why some of what is expected could not be judged: that ends a step that has no other finding
 */
export async function testExpectations(
  expect: readonly Entry[],
  implies: JsonObject,
  { result, cuts, absences }: Findings,
  judging: Judging,
  place: Place,
): Promise<{ readonly checks: readonly Check[]; readonly untested: StepError | undefined }> {
  const { scope, evaluation } = judging
  const untested: StepError[] = []
  const checks: Check[] = []
  for (const entry of expect) {
    const statement = { subject: entry.key, implied: false, place: (matcher: string) => placeOf(entry.value, matcher) }
    try {
      const expected = await evaluateValue(entry.value, scope, evaluation)
      const absence = absenceReadBy(entry.key, absences)
      if (absence !== undefined) {
        checks.push(denyAbsent(entry, expected, absence, judging.mask))
        continue
      }
      const missing = cutsReadBy(entry.key, cuts)
      const actual = await searchResult(entry.key, result, entry.keyPlace, evaluation)
      if (missing.length > 0) checks.push(...(await testIncomplete({ entry, expected, missing, actual }, judging, statement)))
      else {
        const leftOut = await findLeftOut({ expression: entry.key, of: result, place: entry.keyPlace }, expected, evaluation)
        checks.push(...(await testRightSide(actual, expected, judging, { ...statement, leftOut })))
      }
    } catch (error) {
      if (!(error instanceof StepError)) throw error
      untested.push(error)
    }
  }
  for (const [key, expected] of Object.entries(implies)) {
    if (expect.some((entry) => rootOf(entry.key) === key)) continue
    const actual = await searchResult(key, result, place, evaluation)
    checks.push(...(await testRightSide(actual, expected, judging, { subject: key, implied: true, place: () => place })))
  }
  return { checks, untested: untested[0] }
}

/** An expectation of something inside of what is not there does not hold, whatever it says: null is not what was answered. */
function denyAbsent({ key, value }: Entry, expected: Json, absence: string, mask: Mask): Check {
  const explanation = `${absence}, so there is nothing to read`
  return {
    subject: key,
    passed: false,
    implied: false,
    expected: shorten(mask.json(expected)),
    actual: null,
    explanation,
    place: value.place,
  }
}

/** An expectation of something that is not whole: `actual` is what is there. */
interface OfIncomplete {
  readonly entry: Entry
  readonly expected: Json
  readonly actual: Json
  readonly missing: readonly (readonly [string, Cut])[]
}

/** Tests claims about a text that is not whole by the pieces that are there. @throws StepError `incomplete` when what is missing would matter */
async function testIncomplete(
  { entry, expected, actual, missing }: OfIncomplete,
  judging: Judging,
  statement: Statement,
): Promise<readonly Check[]> {
  const [first] = missing
  const isTextItself = missing.length === 1 && first !== undefined && entry.key.trim() === first[0]
  const checks: Check[] = []
  for (const claim of claimsOf(expected)) {
    const decided = isTextItself ? await decideByParts(claim, first[1].parts, judging.evaluation) : undefined
    if (decided === undefined) throw incomplete(missing, statement.place(claim.matcher))
    // What the pieces decide, the text that they make together says as well.
    checks.push(...(await testRightSide(actual, { [claim.matcher]: claim.argument }, judging, statement)))
  }
  return checks
}

/** What is expected depends on something that is not there: nothing is known of it. */
export function incomplete(missing: readonly (readonly [string, Cut])[], place: Place): StepError {
  const why = missing.map(([key, { reason }]) => `${key} is not whole: ${reason}`).join('; ')
  return new StepError('incomplete', `it cannot be told: ${why}`, {
    place,
    hint: 'keep more with `maxOutput:`, let it say less, or keep what it starts in the background from its output',
  })
}

/** Tests an expression over the variables of a scenario. What it makes of a secret is one. @throws StepError when the expression is at fault */
export async function testVariable(expression: string, expected: Json, judging: Judging, place: Place): Promise<readonly Check[]> {
  const { scope, evaluation } = judging
  const actual = await searchResult(expression, scope.variables, place, evaluation)
  const parsed = parseExpression(expression)
  if (!isFlaw(parsed))
    scope.taint(
      parsed.reads.map(({ name }) => name),
      actual,
    )
  const leftOut = await findLeftOut({ expression, of: scope.variables, place }, expected, evaluation)
  return testRightSide(actual, expected, judging, { subject: expression, implied: false, place: () => place, leftOut })
}

/** Why what is claimed of every item does not hold, whatever the items are that are there. */
async function findLeftOut(
  { expression, of, place }: { readonly expression: string; readonly of: Json; readonly place: Place },
  expected: Json,
  evaluation: Evaluation,
): Promise<string | undefined> {
  if (!claimsOf(expected).some(isOfEveryItem)) return undefined
  const keeping = keepAll(expression)
  return keeping === undefined ? undefined : tellLeftOut(await searchResult(keeping.expression, of, place, evaluation), keeping)
}

interface Statement extends Pick<Check, 'subject' | 'implied'> {
  readonly place: (matcher: string) => Place
  /** Why a claim about every item does not hold. */
  readonly leftOut?: string | undefined
}

/** One check for each claim of a right side. */
async function testRightSide(
  actual: Json,
  expected: Json,
  judging: Judging,
  { subject, implied, place, leftOut }: Statement,
): Promise<readonly Check[]> {
  const { mask } = judging
  const checks: Check[] = []
  for (const claim of claimsOf(expected)) {
    const missed = isOfEveryItem(claim) ? leftOut : undefined
    const explanation = missed ?? (await withPlace(place(claim.matcher), () => testMasked(actual, claim, judging)))
    checks.push({
      subject,
      passed: explanation === undefined,
      implied,
      expected: shorten(mask.json(claim.matcher === 'equals' ? claim.argument : { [claim.matcher]: claim.argument })),
      actual: shorten(mask.json(actual)),
      explanation: missed ?? (explanation === undefined ? '' : shortenText(await explainMasked(actual, claim, judging, explanation))),
      place: place(claim.matcher),
    })
  }
  return checks
}

/** What is at fault in a claim is told as an explanation is: of what is masked. */
async function testMasked(actual: Json, claim: Claim, { mask, evaluation }: Judging): Promise<string | undefined> {
  try {
    return await evaluation.test(actual, claim)
  } catch (error) {
    if (isDeepStrictEqual(mask.json(claim.argument), claim.argument)) throw error
    await evaluation.test(mask.json(actual), { ...claim, argument: mask.json(claim.argument) })
    throw new StepError((error as StepError).code, 'it cannot be tested; why is not told, since it is about a secret')
  }
}

/** An explanation cuts long values, and half a secret would not be found in it: it is made again of what is masked. */
async function explainMasked(actual: Json, claim: Claim, { mask, evaluation }: Judging, explanation: string): Promise<string> {
  const masked = mask.json([actual, claim.argument] as const)
  if (isDeepStrictEqual(masked, [actual, claim.argument])) return explanation
  try {
    return (await evaluation.test(masked[0], { ...claim, argument: masked[1] })) ?? notTold
  } catch {
    return notTold
  }
}

const notTold = 'it does not hold; why is not told, since it is about a secret'

/** JMESPath over a result. @throws StepError `expression` with the place */
export async function searchResult(expression: string, result: Json, place: Place, evaluation: Evaluation): Promise<Json> {
  try {
    return await evaluation.search(expression, result)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    throw new StepError(error.code, `${expression}: ${error.message}`, { place, hint: error.hint, result, cause: error })
  }
}

async function withPlace<T>(place: Place, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
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
  if (typeof value !== 'string' && weigh(value, keptCharacters) < keptCharacters) return value
  const text = typeof value === 'string' ? value : renderJson(value)
  return text.length <= keptCharacters ? value : shortenText(text)
}

function shortenText(text: string): string {
  return text.length <= keptCharacters ? text : `${text.slice(0, keptCharacters)}… (${countOf(text.length, 'character')})`
}
