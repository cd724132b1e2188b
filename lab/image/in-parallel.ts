import { setMaxListeners } from 'node:events'

/**
 * Runs `work` on every item, at most `width` at a time, and gives the results in the order of the items.
 * The first failure ends the rest: nothing new is begun.
 */
export async function mapInParallel<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  let hasFailed = false
  const worker = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const index = next++
      try {
        results[index] = await work(items[index]!)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}

/**
 * Runs tasks at the same time. The first failure aborts the signal of the others, and is thrown when all have come to an end:
 * nothing goes on behind the caller's back.
 */
export async function runTogether<T extends readonly unknown[]>(
  signal: AbortSignal,
  tasks: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const controller = new AbortController()
  const joined = AbortSignal.any([signal, controller.signal])
  setMaxListeners(0, joined)
  const outcomes = tasks.map(async (task) => {
    try {
      return await task(joined)
    } catch (error) {
      controller.abort(error)
      throw error
    }
  })
  await Promise.allSettled(outcomes)
  // The reason is the first failure. The others were aborted because of it.
  if (controller.signal.aborted) throw controller.signal.reason
  return (await Promise.all(outcomes)) as unknown as T
}
