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
  /** Must be called when the work is done, or the timer keeps the process alive. */
  dispose(): void
}

/** @param ms  at most 2^31-1, what a timer can hold */
export function startDeadline(ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  // Fifty commands may wait for the same deadline.
  setMaxListeners(0, controller.signal)
  const end = performance.now() + ms
  let passed = false
  const timer = setTimeout(() => {
    passed = true
    controller.abort(new DOMException(`the deadline of ${ms} ms has passed`, 'TimeoutError'))
  }, ms)
  const follow = () => controller.abort(parent?.reason)
  if (parent?.aborted === true) follow()
  parent?.addEventListener('abort', follow, { once: true })
  return {
    signal: controller.signal,
    ms,
    get passed() {
      // Work that kept this process busy has kept the timer waiting, too.
      return passed || performance.now() >= end
    },
    remainingMs: () => Math.max(0, end - performance.now()),
    dispose() {
      clearTimeout(timer)
      parent?.removeEventListener('abort', follow)
    },
  }
}
