import type { SeenAttempt, StepResult } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step, Until } from '../../schemas/scenario.ts'
import type { Cut } from '../cut.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import { wholeName } from '../report.ts'
import { cover } from '../scope/mask.ts'
import { StepError } from '../step-error.ts'
import type { Polled, pollUntil } from '../time/poll-until.ts'
import { differing, findSeen, findStep } from './find-step.ts'
import type { Wanted } from './find-step.ts'
import { foundBy, maskedKeys } from './record.ts'
import type { RunRecord, StepRecord } from './record.ts'
import { whyUnknown } from './why-unknown.ts'

/** The code of what the record does not cover. */
export const notRecorded = 'not-recorded'

/** A step that is judged again. */
export interface Replayed {
  /** As the events of the replay name it. */
  readonly scenario: string
  readonly within: readonly string[]
  readonly path: readonly number[]
  readonly step: Step
}

/** What polling again came to. `unknown`: the record ends before it could be told. */
export type Repolled<T> = Polled<T> & { readonly unknown?: Problem }

/** A run that was, in place of machines. */
export interface Playback {
  /** What one attempt saw. @throws StepError `not-recorded` when the record does not have it; what the attempt threw */
  look(
    asked: Replayed & { readonly host: string | undefined; readonly asked: Readonly<Record<string, string>> },
    observed: { readonly cuts: Map<string, Cut>; readonly absences: Map<string, string> },
  ): Json
  /** The attempts that are kept, one after the other, until it holds. Takes the place of `pollUntil`. */
  poll<T>(
    polled: Replayed,
    until: Until,
    signal: AbortSignal,
    attempt: Parameters<typeof pollUntil<T>>[3],
    onPoll: Parameters<typeof pollUntil<T>>[4],
  ): Promise<Repolled<T>>
  /** What the polls of an invariant came to, which is the same claim still. @param claim  as `claimOf` gives it */
  polled(invariant: Replayed, claim: Readonly<Record<string, string>>): StepResult
}

/** @param labels  what the record calls the scenarios of the replay, by what these are called there */
export function createPlayback({ scenarios }: RunRecord, labels: ReadonlyMap<string, string>): Playback {
  const records = new Map(scenarios.map((scenario) => [scenario.label, scenario.steps]))
  const attempts = new Map<string, number>()
  const moved = new Set<string>()
  const stepsOf = (scenario: string): readonly StepRecord[] => records.get(labels.get(scenario) ?? '') ?? []
  const wantedOf = ({ scenario, within, path, step }: Replayed): Wanted => ({
    name: wholeName({ name: step.name, within }),
    path,
    kind: step.kind,
    isInPlace: !moved.has(scenario),
  })
  const follow = ({ scenario, path }: Replayed, record: StepRecord | undefined) => {
    if (record?.ended.path.join() !== path.join()) moved.add(scenario)
  }
  return {
    look({ host, asked, ...replayed }, { cuts, absences }) {
      const found = findSeen(stepsOf(replayed.scenario), wantedOf(replayed), host, asked)
      follow(replayed, 'record' in found ? found.record : undefined)
      if ('missing' in found) throw missing(found.missing)
      const number = attempts.get(keyOf(replayed))
      const kept = found.seen.attempts
      const attempt = kept.find((each) => each.attempt === number) ?? (number === undefined ? kept[0] : kept.at(-1))
      if (attempt === undefined) throw missing('nothing is kept of what it saw')
      return tell(attempt, found.record, cuts, absences)
    },
    async poll(polled, until, signal, attempt, onPoll) {
      const found = findStep(stepsOf(polled.scenario), wantedOf(polled))
      const record = 'record' in found ? found.record : undefined
      const kept = keptAttempts(record)
      let before: Parameters<typeof attempt>[2]
      for (const [index, { attempt: number, elapsedMs, alike = 0 }] of kept.entries()) {
        attempts.set(keyOf(polled), number)
        const { verdict, last, value } = await attempt(number, Infinity, before)
        const isLate = elapsedMs > until.withinMs && record?.ended.withinMs !== until.withinMs
        const isLast = index === kept.length - 1 || isLate || signal.aborted
        if (verdict !== 'again') return { value, attempts: number, elapsedMs, expired: false }
        onPoll(number + alike, elapsedMs, last)
        before = value
        if (!isLast) continue
        const why = record === undefined ? undefined : whyUnknown(record.ended, kept.slice(0, index + 1), until, last)
        const ended = { value, attempts: number + alike, elapsedMs, expired: true }
        return why === undefined ? ended : { ...ended, unknown: { ...problemOf(why), place: polled.step.place } }
      }
      throw new Error('a step has at least one attempt')
    },
    polled({ path, step, ...where }, claim) {
      const found = findStep(stepsOf(where.scenario), wantedOf({ ...where, path, step }))
      const head = {
        path,
        name: step.name,
        ...(where.within.length === 0 ? {} : { within: where.within }),
        kind: step.kind,
        place: step.place,
      }
      const record = 'record' in found ? found.record : undefined
      const was = record?.seen[0]?.asked
      const changed = was === undefined ? [] : differing(was, claim)
      if (record !== undefined && was !== undefined && changed.length === 0) return { ...record.ended, ...head }
      const why =
        'missing' in found
          ? found.missing
          : was === undefined
            ? 'it was not polled then'
            : `${changed.join(' and ')} is not what it was in the run, and the record has not all that its polls saw`
      return {
        ...head,
        outcome: 'errored',
        soft: false,
        durationMs: 0,
        attempts: 0,
        checks: [],
        problem: { ...problemOf(why), place: step.place },
      }
    },
  }
}

/** The attempts of a step that are kept, of all its hosts; of one that holds other steps the last one is. */
function keptAttempts(record: StepRecord | undefined): readonly SeenAttempt[] {
  const all = new Map((record?.seen ?? []).flatMap(({ attempts }) => attempts.map((attempt) => [attempt.attempt, attempt] as const)))
  const kept = [...all.values()].toSorted((a, b) => a.attempt - b.attempt)
  const number = record?.ended.attempts ?? 1
  return kept.length > 0 ? kept : [{ attempt: number, elapsedMs: record?.ended.history?.at(-1)?.elapsedMs ?? 0 }]
}

function tell(attempt: SeenAttempt, record: StepRecord, cuts: Map<string, Cut>, absences: Map<string, string>): Json {
  const { problem, cuts: kept = {}, absent = {} } = attempt
  const found = foundBy(attempt, record)
  if (problem !== undefined) {
    const { code, message, hint, unanswered } = problem
    if (unanswered === true) throw new ConnectionError('connection', message, { isUnanswered: true })
    throw new StepError(code, message, { hint, result: found })
  }
  if (found === undefined) throw missing('nothing is kept of what it saw')
  for (const [key, cut] of Object.entries(kept)) cuts.set(key, cut)
  for (const key of maskedKeys(found)) {
    const text = (found as Readonly<Record<string, Json>>)[key]
    const parts = typeof text === 'string' && !cuts.has(key) ? text.split(cover) : []
    cuts.set(key, { reason: 'the record hides a secret in it', parts })
  }
  for (const [key, reason] of Object.entries(absent)) absences.set(key, reason)
  return found
}

function missing(why: string): StepError {
  const { code, message, hint } = problemOf(why)
  return new StepError(code, message, { hint })
}

function problemOf(why: string) {
  return { code: notRecorded, severity: 'error', message: `not in the record: ${why}`, hint: 'run it again to know' } as const
}

function keyOf({ scenario, path }: Pick<Replayed, 'scenario' | 'path'>): string {
  return JSON.stringify([scenario, path])
}
