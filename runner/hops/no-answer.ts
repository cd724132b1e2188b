import { ConnectionError } from './connection-error.ts'
import type { DialResult } from './machine.ts'

/** How often a machine is heard while nobody answers its attempt to connect, in milliseconds. What it says vouches for no longer time than about
 *  this: a machine that was frozen in between, or whose link was, has not waited for the port. */
export const beatMs = 250

/** How long a machine itself may be silent while it connects, in milliseconds. */
export const silenceMs = 15_000

/** How long a machine may have been silent when the time of a step is over, in milliseconds. */
const lateMs = 1000

/** What strerror(3) says where the network lets nothing through. Other words tell of the machine: that it has no free port, or no file left. */
export const noWay =
  /^(no route to host|network is unreachable|host is down|connection timed out|operation not permitted|permission denied)$/i

/** A connection attempt that nobody answered. @param waited  milliseconds, as far as the machine that tried vouches for them */
export function noAnswer(waited: number): DialResult {
  const waitedMs = Math.round(waited)
  return { state: 'filtered', detail: `no answer within ${Math.round(waitedMs / 100) / 10} s`, waitedMs }
}

/** What an attempt came to that the end of its time cuts off.
 *  @param heardAt  when the machine that tried was heard last, as `performance.now()`; undefined when it has not said yet that it tries
 *  @throws ConnectionError when that machine is silent as well, which says nothing of the port */
export function cutOffAttempt(name: string, { reason }: AbortSignal, waited: number, heardAt: number | undefined): DialResult {
  const silentFor = performance.now() - (heardAt ?? -Infinity)
  if (silentFor <= lateMs) return noAnswer(waited)
  const since = heardAt === undefined ? '' : ` for ${Math.round(silentFor / 100) / 10} s`
  throw new ConnectionError('interrupted', `${name}: when the time was over, the machine itself had not answered${since}`, {
    cause: reason,
  })
}

/** Whether a signal was aborted because a deadline has passed, as against an interruption: what was waited for until then is known not to have come. */
export function isOutOfTime({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof DOMException && reason.name === 'TimeoutError'
}
