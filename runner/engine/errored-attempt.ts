import type { Step } from '../../schemas/scenario.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import { StepError, toProblem } from '../step-error.ts'
import type { Deadline } from '../time/deadline.ts'
import { renderDuration } from '../time/render-duration.ts'
import { nothingFound } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import type { Frame } from './frame.ts'
import { NestedFailure } from './nested.ts'

/** What an attempt came to that ended with an error: interrupted from outside, out of time, as a nested step did, or the error itself. */
export function erroredAttempt(error: unknown, step: Step, frame: Pick<Frame, 'interruption'>, deadline: Deadline): Attempt {
  const interruption = frame.interruption()
  const result = error instanceof StepError && error.result !== undefined ? { result: error.result } : {}
  const known = error instanceof StepError || error instanceof ConnectionError ? error : undefined
  const detail = known === undefined ? '' : `: ${known.message}`
  const unreachable = known !== undefined && ['connection', 'name'].includes(known.code)
  const unanswered = known instanceof ConnectionError && known.isUnanswered
  if (interruption !== undefined) {
    const message = `${interruption.message}${detail}`
    return { ...nothingFound, ...result, problem: { ...interruption, message, severity: 'error', place: step.place } }
  }
  if (deadline.passed) {
    const message = `did not end within ${renderDuration(deadline.ms)}${detail}`
    const hint = known?.hint ?? `give the step more time: \`${deadline.ms < step.timeoutMs ? 'within' : 'timeout'}:\``
    return {
      ...nothingFound,
      ...result,
      unreachable,
      unanswered,
      timedOut: true,
      problem: { code: 'timeout', severity: 'error', place: step.place, message, hint },
    }
  }
  const nested = error instanceof NestedFailure ? { outcome: error.outcome, cause: error.step } : {}
  return { ...nothingFound, ...result, ...nested, unreachable, unanswered, problem: toProblem(error, step.place) }
}
