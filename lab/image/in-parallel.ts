/**
 * Runs `work` on every item, at most `width` at a time, and gives the results in the order of the items.
 * The first failure ends the rest: nothing new is begun.
 */
export const mapInParallel = async <T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> => {
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
