import type { Until } from '../../schemas/scenario.ts'
import type { Clock } from './clock.ts'

/** What one attempt came to. `again`: it may still become true. `stop`: more attempts cannot change it. */
export interface Attempted<T> {
  readonly verdict: 'held' | 'again' | 'stop'
  /** One line for a person: what did not hold. */
  readonly last: string
  readonly value: T
}

/** The last attempt, and what it took to get there. */
export interface Polled<T> {
  readonly value: T
  readonly attempts: number
  readonly elapsedMs: number
  /** The time was over before it held. */
  readonly expired: boolean
}

/** The least that the attempt at the deadline may take, in milliseconds. */
const shortestLastMs = 1000

/**
 * Attempts something until it holds, cannot hold any more, or the deadline has passed. There is always one attempt, and after it one more
 * begins at the deadline itself: what became true just before it is seen. That one gets twice as long as the longest before it took.
 *
 * @param attempt  gets its number, from 1, and the milliseconds that it may take; an attempt that was cut short by the end must not replace what
 *                 is known, and therefore gets the attempt before it
 */
export async function pollUntil<T>(
  until: Pick<Until, 'withinMs' | 'everyMs'>,
  clock: Clock,
  signal: AbortSignal,
  attempt: (number: number, leftMs: number, before: T | undefined) => Promise<Attempted<T>>,
  onPoll: (attempt: number, elapsedMs: number, last: string) => void,
): Promise<Polled<T>> {
  const startedAt = clock.elapsed()
  const elapsed = () => clock.elapsed() - startedAt
  let before: T | undefined
  let longestMs = shortestLastMs / 2
  for (let attempts = 1, left = until.withinMs; ; attempts += 1) {
    const begunAt = elapsed()
    const { verdict, last, value } = await attempt(attempts, left, before)
    const elapsedMs = elapsed()
    if (verdict !== 'again') return { value, attempts, elapsedMs, expired: false }
    onPoll(attempts, elapsedMs, last)
    longestMs = Math.max(longestMs, elapsedMs - begunAt)
    const restMs = until.withinMs - elapsedMs
    // A timer may end a part of a millisecond early.
    if (restMs < 1 || signal.aborted) return { value, attempts, elapsedMs, expired: true }
    before = value
    await clock.sleep(Math.min(until.everyMs, restMs), signal)
    if (signal.aborted) return { value, attempts, elapsedMs: elapsed(), expired: true }
    left = until.withinMs - elapsed()
    if (left < 1) left = 2 * longestMs
  }
}
