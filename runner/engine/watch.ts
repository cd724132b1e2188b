import type { StepResult } from '../../schemas/event.ts'
import type { Invariant } from '../../schemas/scenario.ts'
import { attemptStep } from './attempt-step.ts'
import type { Frame } from './frame.ts'
import { describeInvariant } from './describe-invariant.ts'
import { isCutShort } from './outcome.ts'
import { addPoll, noPolls } from './poll-record.ts'
import { describeMiss } from './poll-step.ts'
import { stepKinds } from '../steps/index.ts'
import { claimOf } from './claim-of.ts'

/** Invariants that are being polled. */
export interface Watch {
  /** Looks once more and ends the polling. @returns what each came to, as it was told */
  stop(): Promise<readonly StepResult[]>
}

/**
 * Begins to poll invariants, each at its own pace, beside whatever runs in the meantime.
 *
 * @param prefix  the path of the step that they are polled beside; empty for those of a scenario
 * @param first   what the first of them is counted as there
 * @returns       when each was polled once: what comes next cannot break one before it is looked at
 */
export async function startWatch(invariants: readonly Invariant[], prefix: readonly number[], first: number, frame: Frame): Promise<Watch> {
  const { playback } = frame.run
  const tellOf = (invariant: Invariant, index: number) =>
    ({ scenario: frame.scenario, within: frame.within, path: [...prefix, first + index], step: invariant.step }) as const
  const claims = () => invariants.map((invariant) => claimOf(invariant, frame))
  if (playback !== undefined)
    return {
      async stop() {
        const asked = claims()
        const results = invariants.map((invariant, index) => playback.polled(tellOf(invariant, index), asked[index] ?? {}))
        for (const step of results) frame.emit({ type: 'step-ended', scenario: frame.scenario, step })
        return results
      },
    }
  const stopping = new AbortController()
  const watched = invariants.map((invariant, index) => pollInvariant(invariant, [...prefix, first + index], frame, stopping.signal))
  await Promise.all(watched.map(({ begun }) => begun))
  return {
    async stop() {
      stopping.abort()
      const results = await Promise.all(watched.map(({ ended }) => ended))
      const asked = claims()
      for (const [index, step] of results.entries()) {
        frame.emit({ type: 'seen', scenario: frame.scenario, path: step.path, seen: [{ asked: asked[index] ?? {}, attempts: [] }] })
        frame.emit({ type: 'step-ended', scenario: frame.scenario, step })
      }
      return results
    },
  }
}

/** `begun` resolves after the first poll, `ended` with what all came to once `stopping` is aborted and one poll more was made. */
function pollInvariant(
  invariant: Invariant,
  path: readonly number[],
  frame: Frame,
  stopping: AbortSignal,
): { readonly begun: Promise<void>; readonly ended: Promise<StepResult> } {
  const { step, everyMs } = invariant
  const { clock, mask } = frame.run
  const kind = stepKinds[step.kind]
  if (kind === undefined) throw new RangeError(`no step kind ${step.kind}`)
  // What a poll does in between is nobody's to follow.
  const quiet: Frame = { ...frame, emit: () => undefined }
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const startedMs = clock.elapsed()
  const startedAt = clock.now()
  const poll = async () => {
    let record = noPolls
    for (;;) {
      const isLast = stopping.aborted
      const during = frame.running()
      const begunMs = clock.elapsed()
      const attempt = await attemptStep(step, kind, path, quiet, step.timeoutMs)
      const endedMs = clock.elapsed()
      // A poll that was cut off from outside saw nothing.
      if (isCutShort(attempt.problem)) break
      const { outcome, unanswered } = attempt
      const verdict = outcome === 'passed' ? 'held' : outcome === 'failed' || unanswered ? 'false' : 'untested'
      record = addPoll(record, { begunMs, endedMs, verdict, seen: verdict === 'held' ? '' : describeMiss(attempt, mask), during })
      begin()
      if (isLast) break
      await clock.sleep(Math.max(0, everyMs - (clock.elapsed() - begunMs)), stopping)
    }
    const toEpoch = (ms: number) => startedAt + ms - startedMs
    return describeInvariant(invariant, path, record, { frame, durationMs: Math.round(clock.elapsed() - startedMs), toEpoch })
  }
  const ended = poll().finally(begin)
  return { begun, ended }
}
