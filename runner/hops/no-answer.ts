import { ConnectionError } from './connection-error.ts'
import type { DialResult } from './machine.ts'

/** How often a machine is heard while nobody answers its attempt to connect, in milliseconds. What it says vouches for no longer time than about
 *  this: a machine that was frozen in between, or whose link was, has not waited for the port. */
export const beatMs = 250

/** How long a machine itself may be silent while it connects, in milliseconds. */
export const silenceMs = 15_000

/** How long a machine may have been silent when the time of a step is over, in milliseconds. */
const lateMs = 1000

/** What tells of a port: that it refuses, or that the network lets nothing through; by its code, in the words of strerror(3). */
const tellsOfPort = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  EHOSTDOWN: 'Host is down',
  ETIMEDOUT: 'Connection timed out',
  EPERM: 'Operation not permitted',
  EACCES: 'Permission denied',
}

/** What an attempt to connect came to that met an error. @param error  its code, or what strerror(3) says of it
 *  @returns undefined where the error tells of the machine: that it has no free port, or no file left */
export function judgeRefusal(error: string): DialResult | undefined {
  for (const [code, detail] of Object.entries(tellsOfPort))
    if (error === code || error.toLowerCase() === detail.toLowerCase())
      return { state: code === 'ECONNREFUSED' ? 'refused' : 'filtered', detail }
  return undefined
}

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
