/** Time, as the runner sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch, for stamps alone: somebody may set it, forth and back. */
  now(): number
  /** Milliseconds since some moment, for durations and deadlines: never set. */
  elapsed(): number
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
    }),
}
