import type { Gap, Polls } from '../../schemas/event.ts'

/** One poll of an invariant. Times in milliseconds by the clock that nobody sets. */
export interface Poll {
  readonly begunMs: number
  readonly endedMs: number
  readonly verdict: 'held' | 'false' | 'untested'
  /** One line for a person: what did not hold. */
  readonly seen: string
  /** The step that ran when it began. */
  readonly during?: string | undefined
}

/** A time in which no poll saw the claim hold; in it, the time from the first to the last that saw it false. */
export interface OpenGap {
  readonly firstMs: number
  readonly lastMs: number
  readonly polls: number
  readonly falsehood?: { readonly firstMs: number; readonly lastMs: number; readonly seen: string }
  readonly seen: string
  readonly during?: string | undefined
}

/** What the polls of an invariant came to so far. */
export interface PollRecord {
  readonly polls: number
  readonly held: number
  readonly untested: number
  /** The first ones, and of those that came after them the worst; the last one may still go on. */
  readonly gaps: readonly OpenGap[]
  readonly isOpen: boolean
  readonly longestMs: number
}

/** No poll yet. */
export const noPolls: PollRecord = { polls: 0, held: 0, untested: 0, gaps: [], isOpen: false, longestMs: 0 }

/** So many gaps are kept. */
const mostGaps = 20

/** The record after one poll more. */
export function addPoll(record: PollRecord, poll: Poll): PollRecord {
  const polls = record.polls + 1
  if (poll.verdict === 'held') return { ...record, polls, held: record.held + 1, isOpen: false }
  const untested = record.untested + (poll.verdict === 'untested' ? 1 : 0)
  const open = record.isOpen ? record.gaps.at(-1) : undefined
  const closed = open === undefined ? record.gaps : record.gaps.slice(0, -1)
  const gap = widen(open ?? { firstMs: poll.begunMs, lastMs: poll.endedMs, polls: 0, seen: poll.seen, during: poll.during }, poll)
  const longestMs = Math.max(record.longestMs, lengthOf(gap))
  return { polls, held: record.held, untested, gaps: [...(open === undefined ? makeRoom(closed) : closed), gap], isOpen: true, longestMs }
}

function widen(gap: OpenGap, { begunMs, endedMs, verdict, seen }: Poll): OpenGap {
  const falsehood =
    verdict === 'false' ? { firstMs: gap.falsehood?.firstMs ?? begunMs, lastMs: endedMs, seen: gap.falsehood?.seen ?? seen } : gap.falsehood
  return { ...gap, lastMs: endedMs, polls: gap.polls + 1, ...(falsehood === undefined ? {} : { falsehood }) }
}

/** Room for one more: of those that are no longer the first ones the worst stays, which is the one that was false for longest. */
function makeRoom(gaps: readonly OpenGap[]): readonly OpenGap[] {
  if (gaps.length < mostGaps) return gaps
  const isWorse = (a: OpenGap, b: OpenGap) => falseMs(a) - falseMs(b) || lengthOf(a) - lengthOf(b)
  return [
    ...gaps.slice(0, mostGaps - 2),
    ...gaps
      .slice(mostGaps - 2)
      .toSorted(isWorse)
      .slice(-1),
  ]
}

function falseMs({ falsehood }: OpenGap): number {
  return falsehood === undefined ? -1 : lengthOf(falsehood)
}

/** How a gap counts: a claim that was false for longer than is tolerated has failed; one of which nothing is known for longer could not be tested. */
export function judgeGap(gap: OpenGap, tolerateMs: number): 'passed' | 'failed' | 'errored' {
  const exceeds = (ms: number) => tolerateMs === 0 || ms > tolerateMs
  if (gap.falsehood !== undefined && exceeds(lengthOf(gap.falsehood))) return 'failed'
  return exceeds(lengthOf(gap)) ? 'errored' : 'passed'
}

/** How long a gap is: from the beginning of its first poll to the end of its last. */
export function lengthOf({ firstMs, lastMs }: Pick<OpenGap, 'firstMs' | 'lastMs'>): number {
  return lastMs - firstMs
}

/** The record as data of the report. @param toEpoch  gives the milliseconds since the epoch of a time by the other clock */
export function describePolls(
  { polls, held, untested, gaps, longestMs }: PollRecord,
  { everyMs, tolerateMs }: Pick<Polls, 'everyMs' | 'tolerateMs'>,
  toEpoch: (ms: number) => number,
): Polls {
  return {
    everyMs,
    tolerateMs,
    polls,
    held,
    untested,
    share: polls === 0 ? 0 : held / polls,
    longestGapMs: Math.round(longestMs),
    gaps: gaps.map((gap) => describeGap(gap, toEpoch)),
  }
}

function describeGap(gap: OpenGap, toEpoch: (ms: number) => number): Gap {
  const { firstMs, lastMs, polls, falsehood, seen, during } = gap
  const [firstAt, ms] = [Math.round(toEpoch(firstMs)), Math.round(lastMs - firstMs)]
  return {
    firstAt,
    lastAt: firstAt + ms,
    ms,
    polls,
    verdict: falsehood === undefined ? 'untested' : 'false',
    seen: falsehood?.seen ?? seen,
    ...(during === undefined ? {} : { during }),
  }
}
