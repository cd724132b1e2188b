import type { Step } from '../../schemas/scenario.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { StepKind } from '../steps/kind.ts'
import { startDeadline } from '../time/deadline.ts'
import type { Attempt } from './attempt.ts'
import { attemptOnHost } from './attempt-on-host.ts'
import { combineAttempts, firstThatHolds } from './combine-attempts.ts'
import { erroredAttempt } from './errored-attempt.ts'
import type { Frame } from './frame.ts'
import { chooseStepHosts } from './step-hosts.ts'

/** Runs a step once: on one host, on all of a group, or on the hosts of a group until it holds on one. Never throws for what a step can meet. */
export async function attemptStep(step: Step, kind: StepKind, path: readonly number[], frame: Frame, timeoutMs: number): Promise<Attempt> {
  // What the record tells was in time, and judging it anew is no part of that.
  const least = frame.run.playback === undefined ? 0 : judgingMs
  const deadline = startDeadline(Math.max(least, timeoutMs + (await settleTime(step, kind, frame))), frame.signal)
  const on = (host?: string) => attemptOnHost(step, kind, path, frame, deadline, host)
  try {
    const choice = await chooseStepHosts(step, kind, frame, deadline.signal)
    if (choice === undefined) return await on()
    if (choice.mode === 'one') return await on(choice.names[0])
    return choice.mode === 'all'
      ? combineAttempts(choice.names, await Promise.all(choice.names.map(on)))
      : await firstThatHolds(choice.names, on)
  } catch (error) {
    return erroredAttempt(error, step, frame, deadline)
  } finally {
    deadline.dispose()
  }
}

/** How long judging an attempt again may take, in milliseconds. */
const judgingMs = 60_000

async function settleTime(step: Step, kind: StepKind, { run, scope, signal }: Frame): Promise<number> {
  if (kind.settleMs === undefined) return 0
  try {
    return kind.settleMs(await evaluateValue(step.params, scope, run.evaluator.under(signal)))
  } catch {
    // The attempt evaluates the parameters too, and tells what is wrong with them.
    return 0
  }
}
