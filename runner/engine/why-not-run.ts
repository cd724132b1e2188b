import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { toProblem } from '../step-error.ts'
import type { RunContext } from './frame.ts'
import { findUnmet } from '../requirements.ts'

/** Why no further scenario is begun: the run was interrupted, or one before did not pass and none shall follow. */
export function whyNotBegun({ place }: Scenario, { interrupted, bailed }: { readonly interrupted: boolean; readonly bailed: boolean }) {
  if (!interrupted && !bailed) return undefined
  const message = interrupted ? 'the run was interrupted' : 'a scenario before it did not pass'
  return { code: 'skipped', severity: 'note', place, message } satisfies Problem
}

/** What a scenario requires and the testbed lacks, as the reason to skip it; an error when that cannot be told. */
export async function whyUnfit(
  { requires, place }: Scenario,
  { testbed, evaluator }: Pick<RunContext, 'testbed' | 'evaluator'>,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    const unmet = await findUnmet(requires, testbed, evaluator.under(signal))
    const [first] = unmet
    if (first === undefined) return undefined
    const { requirement } = first
    const at = requirement.type === 'capability' ? requirement.place : requirement.condition.place
    const message = unmet.map(({ reason }) => `it requires ${reason}`).join('; ')
    return { code: 'requirement-not-met', severity: 'note', place: at, message }
  } catch (error) {
    return toProblem(error, place)
  }
}
