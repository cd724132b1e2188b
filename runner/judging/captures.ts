import type { Check } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Step } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import type { Mask } from '../scope/mask.ts'
import type { Findings } from './expectations.ts'
import { cutsReadBy, incomplete } from './incomplete.ts'
import { searchResult } from './search-result.ts'

/** Masks what a step is going to capture as a secret before the result is judged: an attempt that does not hold tells what it found too. */
export async function hideSecrets(captures: Step['capture'], result: Json, mask: Mask, evaluation: Evaluation): Promise<void> {
  for (const { from, secret } of captures) {
    try {
      if (secret) mask.add(await evaluation.search(from, result))
    } catch {
      // The result is another one than the expression is for, so that there is nothing to hide where it points.
    }
  }
}

/** The values of the captures of a step, in their order. A capture that finds nothing fails the step, like an expectation that there is
 *  something: `missing` holds a check for each of these. @throws StepError when an expression is at fault, or what it reads is not whole */
export async function findCaptures(
  captures: Step['capture'],
  { result, cuts }: Findings,
  evaluation: Evaluation,
): Promise<{ readonly values: readonly Json[]; readonly missing: readonly Check[] }> {
  const values: Json[] = []
  for (const { from, place } of captures) {
    const missing = cutsReadBy(from, cuts)
    if (missing.length > 0) throw incomplete(missing, place)
    values.push(await searchResult(from, result, place, evaluation))
  }
  const missing = captures
    .filter((_, index) => values[index] === null)
    .map(({ name, from, place }) => ({
      subject: `capture ${name}`,
      passed: false,
      implied: true,
      expected: 'a value',
      actual: null,
      explanation: `${from} finds nothing in the result`,
      place,
    }))
  return { values, missing }
}
