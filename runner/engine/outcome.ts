import type { Outcome, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'

const weights: Readonly<Record<Outcome, number>> = { skipped: 0, passed: 1, failed: 2, errored: 3 }

/** Errored beats failed beats passed beats skipped; of nothing at all it is `skipped`. */
export function combineOutcomes(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((worst, outcome) => (weights[outcome] > weights[worst] ? outcome : worst), 'skipped')
}

/** What a run comes to. One without an assertion has shown nothing, and is no success. */
export function judgeRun(scenarios: readonly { readonly outcome: Outcome }[], assertions: number): Outcome {
  const combined = combineOutcomes(scenarios.map(({ outcome }) => outcome))
  return assertions === 0 && combined !== 'errored' ? 'failed' : combined
}

/** What a step counts for in its scenario: a soft one that did not hold is told, but does not decide. One that was cut short, or not begun
 *  for that reason, was not tested, be it soft or not. */
export function weighStep({ outcome, soft, problem }: Pick<StepResult, 'outcome' | 'soft' | 'problem'>): Outcome {
  if (isCutShort(problem)) return 'errored'
  return soft && (outcome === 'failed' || outcome === 'errored') ? 'passed' : outcome
}

/** Whether a step decides that its scenario does not pass. A skipped one breaks nothing: the reason that it was skipped for is in its result. */
export function isBroken(step: Pick<StepResult, 'outcome' | 'soft' | 'problem'>): boolean {
  return step.outcome !== 'skipped' && ['failed', 'errored'].includes(weighStep(step))
}

/** Why a step could not go on: the run was interrupted, or the time of what is around the step is over. */
export interface Interruption {
  readonly code: 'interrupted' | 'scenario-timeout'
  readonly message: string
}

/** Whether a problem is that of a step that was cut short from outside. */
export function isCutShort(problem: Problem | undefined): boolean {
  return problem?.code === 'interrupted' || problem?.code === 'scenario-timeout'
}
