/** In which order things are begun. */
export interface Order<T> {
  /** How many at the same time. */
  readonly parallel: number
  /** Whether one runs alone: when all before it have ended, and before the next begins. */
  readonly isExclusive: (item: T) => boolean
}

/** Does something with each of a list, in its order, several at the same time. Resolves when all have ended. */
export async function schedule<T>(
  items: readonly T[],
  { parallel, isExclusive }: Order<T>,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let alone = false
  for (const item of items) {
    const exclusive = isExclusive(item)
    while (running.size >= (exclusive || alone ? 1 : Math.max(1, parallel))) await Promise.race(running)
    alone = exclusive
    const work: Promise<void> = act(item).finally(() => running.delete(work))
    running.add(work)
  }
  await Promise.all(running)
}
