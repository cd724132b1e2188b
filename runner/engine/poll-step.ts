import type { Tried } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step, Until } from '../../schemas/scenario.ts'
import type { Mask } from '../scope/mask.ts'
import type { StepKind } from '../steps/kind.ts'
import { pollUntil } from '../time/poll-until.ts'
import type { Polled } from '../time/poll-until.ts'
import { addTried } from './attempt-history.ts'
import type { Attempt } from './attempt.ts'
import { attemptStep } from './attempt-step.ts'
import { isCutShort } from './outcome.ts'
import { subjectOf } from '../report.ts'
import { addSights, noSights } from './seen.ts'
import type { KeptSights } from './seen.ts'
import type { Repolled } from '../replay/playback.ts'
import type { WithheldEvents } from './withheld-events.ts'

/** Attempts a step until it holds. Of the nested steps of many attempts only those of the last one are told. */
export async function pollStep(
  step: Step,
  until: Until,
  kind: StepKind,
  path: readonly number[],
  { frame, begin }: WithheldEvents,
): Promise<Polled<Attempt> & { readonly history: readonly Tried[]; readonly sights: KeptSights }> {
  const { mask, clock, playback } = frame.run
  const startedAt = clock.elapsed()
  let history: readonly Tried[] = []
  let sights = noSights
  const attempt = async (number: number, leftMs: number, before: Attempt | undefined) => {
    const undo = begin()
    const attempted = await attemptStep(step, kind, path, frame, Math.max(1, Math.min(step.timeoutMs, leftMs)))
    const { outcome } = attempted
    const elapsedMs = Math.round(clock.elapsed() - startedAt)
    history = addTried(history, { attempt: number, elapsedMs, outcome, seen: outcome === 'passed' ? '' : describeMiss(attempted, mask) })
    // An attempt that the end of the polling cut off saw nothing: what is known is what the attempt before it saw.
    const cutOff = isCutShort(attempted.problem) || (attempted.timedOut && leftMs < step.timeoutMs)
    if (cutOff && before !== undefined) {
      undo()
      return { verdict: 'again' as const, last: describeMiss(before, mask), value: before }
    }
    sights = addSights(sights, attempted.sights ?? [], { attempt: number, elapsedMs }, mask)
    // That an attempt took too long says little; what the one before it saw may say more.
    const value = before === undefined || before.timedOut || !attempted.timedOut ? attempted : rememberState(attempted, before, mask)
    const retry = value.outcome === 'failed' || (value.unreachable && until.retryOn.includes('connection'))
    return {
      verdict: value.outcome === 'passed' ? ('held' as const) : retry ? ('again' as const) : ('stop' as const),
      last: describeMiss(value, mask),
      value,
    }
  }
  const onPoll = (number: number, elapsedMs: number, last: string) =>
    frame.emit({ type: 'poll', scenario: frame.scenario, path, attempt: number, elapsedMs: Math.round(elapsedMs), last })
  const place = { scenario: frame.scenario, within: frame.within, path, step }
  const ended =
    playback === undefined
      ? await pollUntil(until, clock, frame.signal, attempt, onPoll)
      : await playback.poll(place, until, frame.signal, attempt, onPoll)
  const polled = { ...ended, history, sights }
  const { unknown } = ended as Repolled<Attempt>
  if (unknown !== undefined) return { ...polled, value: { ...polled.value, outcome: 'errored', problem: unknown } }
  const interruption = frame.interruption()
  if (polled.value.outcome === 'passed' || interruption === undefined) return polled
  // The step had time left to become true: that it did not is no finding.
  if (isCutShort(polled.value.problem)) return polled
  const message = `${interruption.message}; the last state was: ${describeMiss(polled.value, mask)}`
  const problem: Problem = { ...interruption, message, severity: 'error', place: step.place }
  return { ...polled, value: { ...polled.value, outcome: 'errored', problem } }
}

function rememberState(attempt: Attempt, before: Attempt, mask: Mask): Attempt {
  const { problem } = attempt
  if (problem === undefined) return attempt
  return { ...attempt, problem: { ...problem, message: `${problem.message}; the state before was: ${describeMiss(before, mask)}` } }
}

/** One line that says what did not hold, masked before it is cut. */
export function describeMiss({ checks, problem }: Attempt, mask: Mask): string {
  const miss = checks.find(({ passed }) => !passed)
  const text = miss === undefined ? (problem?.message ?? '') : `${subjectOf(miss)}: ${miss.explanation}`
  return mask.text(text.split('\n')[0] ?? '').slice(0, 300)
}
