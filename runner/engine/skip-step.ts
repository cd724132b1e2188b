import type { StepResult } from '../../schemas/event.ts'
import type { ProblemCode } from '../../schemas/problem-codes.ts'
import type { Step } from '../../schemas/scenario.ts'
import { headOf } from './frame.ts'
import type { Frame } from './frame.ts'

/** Reports a step that does not run, and why. A skipped step is never a passed one. `code` is that of an interruption, if it was one. */
export function skipStep(step: Step, path: readonly number[], frame: Frame, reason: string, code: ProblemCode = 'skipped'): StepResult {
  const result: StepResult = {
    ...headOf(step, path, frame),
    outcome: 'skipped',
    soft: step.soft,
    durationMs: 0,
    attempts: 0,
    checks: [],
    problem: { code, severity: 'note', place: step.place, message: reason },
  }
  frame.emit({ type: 'step-ended', scenario: frame.scenario, step: result })
  return result
}
