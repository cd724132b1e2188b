import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import type { Json } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Cut } from '../cut.ts'
import { claimsOf } from '../matchers/index.ts'
import type { Claim } from '../matchers/index.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { StepError } from '../step-error.ts'

/** The keys of a result that are not whole, each with what is missing. */
export type Cuts = ReadonlyMap<string, Cut>

/** Which keys of a result that are not whole an expression reads. */
export function cutsReadBy(expression: string, cuts: Cuts): readonly (readonly [string, Cut])[] {
  if (cuts.size === 0) return []
  const parsed = parseExpression(expression)
  if (isFlaw(parsed) || parsed.whole) return [...cuts]
  return [...cuts].filter(([key]) => parsed.reads.some(({ name }) => name === key))
}

/**
 * What the pieces that are there of a text say of a claim about the whole: `true` and `false` whatever stood in the gaps, undefined where that would matter.
 */
export async function decideByParts(
  { matcher, argument }: Claim,
  parts: readonly string[],
  evaluation: Evaluation,
): Promise<boolean | undefined> {
  // Of what was made of a text, its JSON, no piece says anything.
  if (parts.length === 0) return undefined
  const found = (part: Json) => typeof part === 'string' && parts.some((kept) => kept.includes(part))
  switch (matcher) {
    case 'contains':
      return (Array.isArray(argument) ? (argument as readonly Json[]) : [argument]).every(found) ? true : undefined
    case 'matches':
      if (looksAround(argument)) return undefined
      return (await Promise.all(parts.map((kept) => evaluation.test(kept, { matcher, argument })))).includes(undefined) ? true : undefined
    case 'equals':
      // The beginning is always there; line ends at the end of an output do not count.
      return typeof argument !== 'string' || !argument.startsWith((parts[0] ?? '').replace(/(?<!\n)\n+$/, '')) ? false : undefined
    case 'not': {
      const inner = await Promise.all(claimsOf(argument).map((claim) => decideByParts(claim, parts, evaluation)))
      if (inner.includes(false)) return true
      return inner.every((decided) => decided === true) ? false : undefined
    }
    default:
      return undefined
  }
}

/** Whether a match depends on what stands before and after it, so that one in a piece need not be one in the whole. */
function looksAround(argument: Json): boolean {
  const pattern = typeof argument === 'string' ? argument : (argument as { readonly pattern?: Json } | null)?.pattern
  return typeof pattern !== 'string' || /[\^$]|\\[bB]|\(\?<?[=!]/.test(pattern)
}

/** What is expected depends on something that is not there: nothing is known of it. */
export function incomplete(missing: readonly (readonly [string, Cut])[], place: Place): StepError {
  const why = missing.map(([key, { reason }]) => `${key} is not whole: ${reason}`).join('; ')
  return new StepError('incomplete', `it cannot be told: ${why}`, {
    place,
    hint: 'keep more with `maxOutput:`, let it say less, or keep what it starts in the background from its output',
  })
}
