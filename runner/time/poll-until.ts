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

/**
 * Attempts something until it holds, cannot hold any more, or the wall-clock deadline has passed. There is always one attempt,
 * and one more is made only while there is time left for it.
 *
 * @param attempt  gets its number, from 1, and the milliseconds left; an attempt that was cut short by the end must not replace what
 *                 is known, and therefore gets the attempt before it
 */
export async function pollUntil<T>(
  until: Pick<Until, 'withinMs' | 'everyMs'>,
  clock: Clock,
  signal: AbortSignal,
  attempt: (number: number, leftMs: number, before: T | undefined) => Promise<Attempted<T>>,
  onPoll: (attempt: number, elapsedMs: number, last: string) => void,
): Promise<Polled<T>> {
  const startedAt = clock.now()
  let before: T | undefined
  for (let attempts = 1; ; attempts += 1) {
    const { verdict, last, value } = await attempt(attempts, until.withinMs - (clock.now() - startedAt), before)
    const elapsedMs = clock.now() - startedAt
    if (verdict !== 'again') return { value, attempts, elapsedMs, expired: false }
    onPoll(attempts, elapsedMs, last)
    if (elapsedMs + until.everyMs >= until.withinMs || signal.aborted) return { value, attempts, elapsedMs, expired: true }
    before = value
    await clock.sleep(until.everyMs, signal)
    if (signal.aborted) return { value, attempts, elapsedMs: clock.now() - startedAt, expired: true }
  }
}
