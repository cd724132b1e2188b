import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` again and again until `signal` is aborted, with a pause between that grows from 250 ms to 5 s while it keeps failing.
 *  `onFailure` sees every failure. Never rejects. */
export async function keepTrying(
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  onFailure: (error: unknown, pauseMs: number) => void,
): Promise<void> {
  const firstPauseMs = 250
  const longestPauseMs = 5000
  let pauseMs = firstPauseMs
  while (!signal.aborted) {
    const startedAt = performance.now()
    try {
      await work(signal)
    } catch (error) {
      if (signal.aborted) return
      onFailure(error, pauseMs)
    }
    // After a connection that held for a while the next pause is short again.
    if (performance.now() - startedAt > longestPauseMs) pauseMs = firstPauseMs
    if (signal.aborted) return
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}
