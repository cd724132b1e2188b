import type { DialResult } from './machine.ts'

/** A connection attempt that nobody answered. @param since  when it began, as `performance.now()` */
export function noAnswer(since: number): DialResult {
  const waitedMs = Math.round(performance.now() - since)
  return { state: 'filtered', detail: `no answer within ${Math.round(waitedMs / 100) / 10} s`, waitedMs }
}

/** Whether a signal was aborted because a deadline has passed, as against an interruption: what was waited for until then is known not to have come. */
export function isOutOfTime({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason instanceof DOMException && reason.name === 'TimeoutError'
}
