import { isDeepStrictEqual } from 'node:util'
import type { Check } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Place } from '../../schemas/problem.ts'
import { countOf } from '../../system/count-of.ts'
import { weigh } from '../evaluation/cost.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { claimsOf, isOfEveryItem } from '../matchers/index.ts'
import type { Claim } from '../matchers/index.ts'
import type { Mask } from '../scope/mask.ts'
import type { Scope } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'

/** The most of a value that a check keeps, in characters of JSON. */
const keptCharacters = 4000

/** With what expectations are judged. */
export interface Judging {
  readonly scope: Scope
  readonly mask: Mask
  readonly evaluation: Evaluation
}

/** What a claim is about, and where it stands in the file. */
export interface Statement extends Pick<Check, 'subject' | 'implied'> {
  readonly place: (matcher: string) => Place
  /** Why a claim about every item does not hold. */
  readonly leftOut?: string | undefined
}

/** One check for each claim of a right side. What a person reads of it is masked, and cut where it is long. */
export async function testRightSide(
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

async function withPlace<T>(place: Place, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof StepError) || error.place !== undefined) throw error
    const { code, message, hint, result, cause } = error
    throw new StepError(code, message, { place, cause, hint, result })
  }
}

/** A value as a check keeps it. */
export function shorten(value: Json): Json {
  if (typeof value !== 'string' && weigh(value, keptCharacters) < keptCharacters) return value
  const text = typeof value === 'string' ? value : renderJson(value)
  return text.length <= keptCharacters ? value : shortenText(text)
}

function shortenText(text: string): string {
  return text.length <= keptCharacters ? text : `${text.slice(0, keptCharacters)}… (${countOf(text.length, 'character')})`
}
