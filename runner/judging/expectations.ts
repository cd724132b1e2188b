import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import type { Check } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Entry, Value } from '../../schemas/scenario.ts'
import type { Cut } from '../cut.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { claimsOf, isOfEveryItem } from '../matchers/index.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Mask } from '../scope/mask.ts'
import { StepError } from '../step-error.ts'
import { absenceReadBy } from './absent.ts'
import type { Absences } from './absent.ts'
import { cutsReadBy, decideByParts, incomplete } from './incomplete.ts'
import type { Cuts } from './incomplete.ts'
import { keepAll, tellLeftOut } from './left-out.ts'
import { shorten, testRightSide } from './right-side.ts'
import type { Judging, Statement } from './right-side.ts'
import { searchResult } from './search-result.ts'

/** What a step found, as far as its expectations look at it. */
export interface Findings {
  readonly result: Json
  /** The keys of the result that are not whole. */
  readonly cuts: Cuts
  /** The keys of the result that hold nothing. */
  readonly absences: Absences
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

function placeOf(value: Value, matcher: string): Place {
  const entry = value.type === 'map' ? value.entries.find(({ key }) => key === matcher) : undefined
  return entry?.value.place ?? value.place
}

function rootOf(expression: string): string {
  return /^[A-Za-z_]\w*/.exec(expression)?.[0] ?? ''
}
