import type { Machine } from '../hops/machine.ts'
import type { Clock } from '../time/clock.ts'

/** The longest that a machine may take to tell the time, in milliseconds. */
const mostMs = 5000

/** By how much the clock of a machine is ahead of this one, in milliseconds; 0 where that is less than could be told over the way there.
 *  @throws ConnectionError when it cannot be reached */
export async function measureSkew(machine: Machine, clock: Clock, signal: AbortSignal): Promise<number> {
  const before = clock.now()
  const { stdout } = await machine.exec(['date', '+%s.%N'], { timeoutMs: mostMs, signal })
  return skewOf(stdout, before, clock.now())
}

/** The same by what a machine said, and when it was asked and had answered. */
export function skewOf(said: string, before: number, after: number): number {
  const theirs = Number(said.trim()) * 1000
  if (said.trim() === '' || Number.isNaN(theirs)) return 0
  const skew = theirs - (before + after) / 2
  return Math.abs(skew) <= (after - before) / 2 ? 0 : Math.round(skew)
}
