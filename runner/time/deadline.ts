import { setMaxListeners } from 'node:events'

/** A limit in time. Its signal is also aborted when the parent's is, so that the nearest of nested deadlines counts. */
export interface Deadline {
  readonly signal: AbortSignal
  /** How long it was at the start. */
  readonly ms: number
  /** Whether this deadline itself has passed, as against an interruption from outside. */
  readonly passed: boolean
  /** Milliseconds that are left, at least 0. */
  remainingMs(): number
  /** Stops it: from now on no time passes. @returns lets it go on */
  hold(): () => void
  /** Must be called when the work is done, or the timer keeps the process alive. */
  dispose(): void
}

/** @param ms  at most 2^31-1, what a timer can hold */
export function startDeadline(ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  // Fifty commands may wait for the same deadline.
  setMaxListeners(0, controller.signal)
  let end = performance.now() + ms
  let held = 0
  let passed = false
  let disposed = false
  const start = (rest: number) =>
    setTimeout(() => {
      passed = true
      controller.abort(new DOMException(`the deadline of ${ms} ms has passed`, 'TimeoutError'))
    }, rest)
  let timer = start(ms)
  const now = () => (held > 0 ? stoppedAt : performance.now())
  let stoppedAt = 0
  const follow = () => controller.abort(parent?.reason)
  if (parent?.aborted === true) follow()
  parent?.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    ms,
    get passed() {
      // Work that kept this process busy has kept the timer waiting, too.
      return passed || now() >= end
    },
    remainingMs: () => Math.max(0, end - now()),
    hold() {
      if (held === 0) stoppedAt = performance.now()
      held += 1
      clearTimeout(timer)
      return () => {
        held -= 1
        if (held > 0) return
        end += performance.now() - stoppedAt
        if (!passed && !disposed) timer = start(Math.max(0, end - performance.now()))
      }
    },
    dispose() {
      disposed = true
      clearTimeout(timer)
      parent?.removeEventListener('abort', follow)
    },
  }
}
