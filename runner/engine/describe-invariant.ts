import type { Check, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Invariant } from '../../schemas/scenario.ts'
import { countOf } from '../../system/count-of.ts'
import { headOf, hostOf } from './frame.ts'
import type { Frame } from './frame.ts'
import { describePolls, judgeGap, lengthOf } from './poll-record.ts'
import type { OpenGap, PollRecord } from './poll-record.ts'

/** What is known of the polling besides its record. */
export interface Watched {
  readonly frame: Pick<Frame, 'within' | 'interruption'>
  readonly durationMs: number
  /** The milliseconds since the epoch of a time by the clock that nobody sets. */
  readonly toEpoch: (ms: number) => number
}

/** What the polls of an invariant came to, as a step of the report. One that was never polled is no passed one. */
export function describeInvariant(
  invariant: Invariant,
  path: readonly number[],
  record: PollRecord,
  { frame, durationMs, toEpoch }: Watched,
): StepResult {
  const { step, everyMs, tolerateMs } = invariant
  const judged = record.gaps.map((gap) => [judgeGap(gap, tolerateMs), gap] as const)
  const broken = worst(judged.filter(([outcome]) => outcome === 'failed').map(([, gap]) => gap))
  const unknown = worst(judged.filter(([outcome]) => outcome === 'errored').map(([, gap]) => gap))
  const interruption = frame.interruption()
  const problem: Problem | undefined =
    interruption !== undefined
      ? { ...interruption, message: `${interruption.message} while it was polled`, severity: 'error', place: step.place }
      : record.polls === 0
        ? neverPolled(invariant)
        : unknown === undefined
          ? neverHeld(invariant, record)
          : { code: 'untested', severity: 'error', place: step.place, message: tellGap(unknown, invariant, toEpoch) }
  const isUntested = broken === undefined && problem !== undefined
  const check: Check = {
    subject: 'longest gap',
    passed: broken === undefined,
    implied: false,
    expected: `at most ${tolerateMs} ms`,
    actual: `${Math.round(record.longestMs)} ms`,
    explanation: broken === undefined ? '' : tellGap(broken, invariant, toEpoch),
    place: step.place,
  }
  return {
    ...headOf(step, path, frame),
    ...hostOf(step),
    outcome: broken !== undefined ? 'failed' : isUntested ? 'errored' : 'passed',
    soft: false,
    durationMs,
    attempts: record.polls,
    checks: isUntested ? [] : [check],
    invariant: describePolls(record, { everyMs, tolerateMs }, toEpoch),
    ...(isUntested ? { problem } : {}),
  }
}

/** An invariant that was not polled once, although what it belongs to ran. */
export function neverPolled({ step: { name, place } }: Invariant): Problem {
  const message = `the invariant ${name} was never polled: nothing is known of it`
  return { code: 'never-polled', severity: 'error', place, message, hint: 'did a step run that it is polled beside?' }
}

/** That it may fail for a time says nothing of a claim that no poll saw hold. */
function neverHeld({ tolerateMs, step: { place } }: Invariant, { polls, held, gaps, longestMs }: PollRecord): Problem | undefined {
  const [first] = gaps
  if (held > 0 || first === undefined) return undefined
  const message = [
    `no poll of ${polls} saw it hold, in ${Math.round(longestMs)} ms, where ${tolerateMs} ms are tolerated`,
    `seen: ${first.falsehood?.seen ?? first.seen}`,
  ].join('\n')
  return { code: 'untested', severity: 'error', place, message, hint: 'let the steps beside it take longer, or tolerate less' }
}

function worst(gaps: readonly OpenGap[]): OpenGap | undefined {
  return gaps.toSorted((a, b) => lengthOf(b.falsehood ?? b) - lengthOf(a.falsehood ?? a))[0]
}

/** `did not hold for 1204 ms, where 500 ms are tolerated: …`, to the millisecond. */
function tellGap(gap: OpenGap, { tolerateMs }: Invariant, toEpoch: (ms: number) => number): string {
  const { firstMs, lastMs } = gap.falsehood ?? gap
  const what = gap.falsehood === undefined ? 'could not be tested' : 'did not hold'
  const bad = gap.falsehood === undefined ? 'untested' : 'bad'
  const began = gap.during === undefined ? 'between two steps' : `during "${gap.during}"`
  const [firstAt, ms] = [Math.round(toEpoch(firstMs)), Math.round(lastMs - firstMs)]
  const time = (at: number) => new Date(at).toISOString().slice(11)
  return [
    `${what} for ${ms} ms, where ${tolerateMs} ms are tolerated, beginning ${began}`,
    `first ${bad} poll at ${time(firstAt)}, last one ended at ${time(firstAt + ms)}, ${countOf(gap.polls, 'poll')} without one that held`,
    `seen: ${gap.falsehood?.seen ?? gap.seen}`,
  ].join('\n')
}
