import { isDeepStrictEqual } from 'node:util'
import type { Seen, SeenAttempt } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { weigh } from '../evaluation/cost.ts'
import type { Absences } from '../judging/absent.ts'
import type { Cuts } from '../judging/incomplete.ts'
import type { Mask } from '../scope/mask.ts'
import { keptAttempts } from './attempt-history.ts'
import { keepTails } from './keep-tails.ts'

/** What one attempt saw on one host, or without one, secrets in plain. */
export interface Sight {
  readonly host?: string
  /** As `askedBy` gives it. */
  readonly asked: Readonly<Record<string, string>>
  /** What the kind of the step found; undefined where it could not tell. */
  readonly found: Json | undefined
  readonly cuts: Cuts
  readonly absences: Absences
  readonly problem?: Problem
  readonly unanswered?: true
  /** What was found is the result of the step. */
  readonly isResult: boolean
}

/** An attempt as it is kept. */
interface KeptAttempt extends SeenAttempt {
  readonly sight: Sight
}

/** What the attempts at a step saw so far, host by host. */
export type KeptSights = ReadonlyMap<string, readonly KeptAttempt[]>

/** No attempt yet. */
export const noSights: KeptSights = new Map()

/** The most that is kept of what all attempts at a step saw on a host, in characters. */
const mostOfStep = 2_097_152
/** What is smaller is whole. */
const surelyWhole = 65_536

/** What is kept with one attempt more: masked, and bounded. One that saw what the one before it did is counted to that. */
export function addSights(
  kept: KeptSights,
  sights: readonly Sight[],
  { attempt, elapsedMs }: Pick<SeenAttempt, 'attempt' | 'elapsedMs'>,
  mask: Mask,
): KeptSights {
  const next = new Map(kept)
  for (const sight of sights) {
    const before = next.get(sight.host ?? '') ?? []
    next.set(sight.host ?? '', addAttempt(before, { attempt, elapsedMs, sight, ...describe(sight, mask) }))
  }
  return next
}

/** What is kept as the record has it. @param isWhole  whether the result of the step is that of its last attempt */
export function tellSights(kept: KeptSights, isWhole: boolean): readonly Seen[] {
  return [...kept].map(([host, attempts]) => ({
    ...(host === '' ? {} : { host }),
    asked: attempts.at(-1)?.sight.asked ?? {},
    attempts: attempts.map(({ sight, found, ...told }, index) => {
      const isTold = isWhole && kept.size === 1 && index === attempts.length - 1 && sight.isResult
      return found === undefined || isTold ? told : { ...told, found }
    }),
  }))
}

function addAttempt(before: readonly KeptAttempt[], added: KeptAttempt): readonly KeptAttempt[] {
  const last = before.at(-1)
  if (last !== undefined && isAlike(last, added)) {
    const alike = (last.alike ?? 0) + 1
    const cuts = { ...added.cuts, duration: { reason: 'the record has it of one of several attempts that saw the same', parts: [] } }
    return [...before.slice(0, -1), { ...added, attempt: last.attempt, alike, cuts }]
  }
  const grown = [...before, added]
  const { first } = keptAttempts
  // The last ones are nearest to the verdict, the first ones tell how it began.
  while (grown.length > 1 && (grown.length > first + keptAttempts.last || sizeOf(grown) > mostOfStep))
    grown.splice(Math.min(first, grown.length - 2), 1)
  return grown
}

function isAlike(a: KeptAttempt, b: KeptAttempt): boolean {
  return a.sight.isResult === b.sight.isResult && isDeepStrictEqual(lasting(a), lasting(b))
}

/** What of an attempt does not differ from one to the next when nothing has changed. */
function lasting({ found, cuts = {}, absent, problem, sight }: KeptAttempt): Json {
  const { duration: _time, ...rest } = isObject(found) ? found : { found: found ?? null }
  const { duration: _cut, ...cut } = cuts
  return { rest, cut: Object.keys(cut), absent: absent ?? null, problem: problem?.message ?? null, asked: sight.asked } as unknown as Json
}

function sizeOf(attempts: readonly KeptAttempt[]): number {
  return attempts.reduce((sum, { found }) => sum + (found === undefined ? 0 : weigh(found, mostOfStep)), 0)
}

function describe({ found, cuts, absences, problem, unanswered }: Sight, mask: Mask): Omit<SeenAttempt, 'attempt' | 'elapsedMs'> {
  const masked = found === undefined ? undefined : mask.json(found)
  const kept = masked === undefined ? undefined : keepTails(masked)
  const told = [...cuts].map(
    ([key, { reason, parts }]) => [key, { reason: mask.text(reason), parts: parts.map((part) => mask.text(part)) }] as const,
  )
  const missing = { ...Object.fromEntries(told), ...Object.fromEntries(shortened(masked, kept).map((key) => [key, notKept])) }
  const absent = Object.fromEntries([...absences].map(([key, reason]) => [key, mask.text(reason)]))
  return {
    ...(kept === undefined ? {} : { found: kept }),
    ...(Object.keys(missing).length === 0 ? {} : { cuts: missing }),
    ...(absences.size === 0 ? {} : { absent }),
    ...(problem === undefined
      ? {}
      : {
          problem: {
            code: problem.code,
            message: mask.text(problem.message),
            ...(problem.hint === undefined ? {} : { hint: problem.hint }),
            ...(unanswered === true ? { unanswered } : {}),
          },
        }),
  }
}

const notKept = { reason: 'the record of the run keeps only a part of it', parts: [] }

/** The keys of a result of which not all is kept. */
function shortened(whole: Json | undefined, kept: Json | undefined): readonly string[] {
  if (!isObject(whole) || !isObject(kept) || weigh(whole, surelyWhole) < surelyWhole) return []
  return Object.keys(whole).filter((key) => !isDeepStrictEqual(whole[key], kept[key]))
}
