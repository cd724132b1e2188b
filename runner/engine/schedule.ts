/** In which order things are begun. */
export interface Order<T> {
  /** How many at the same time. */
  readonly parallel: number
  /** Whether one runs alone: when all before it have ended, and before the next begins. */
  readonly isExclusive: (item: T) => boolean
  /** The others that have to have ended before one begins. */
  readonly waitsFor?: (item: T) => readonly T[]
}

/** Does something with each of a list, in its order, several at the same time; one that waits for others lets those behind it pass. Resolves
 *  when all have ended. */
export async function schedule<T>(
  items: readonly T[],
  { parallel, isExclusive, waitsFor = () => [] }: Order<T>,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const waiting = [...items]
  const open = new Set(items)
  let alone = false
  while (waiting.length > 0) {
    const ready = waiting.findIndex((item) => waitsFor(item).every((other) => !open.has(other)))
    // Where nothing runs that one could wait for, it is begun as it is.
    const item = waiting[ready === -1 && running.size === 0 ? 0 : ready]
    const exclusive = item !== undefined && isExclusive(item)
    if (item === undefined || running.size >= (exclusive || alone ? 1 : Math.max(1, parallel))) {
      await Promise.race(running)
      continue
    }
    waiting.splice(waiting.indexOf(item), 1)
    alone = exclusive
    const work: Promise<void> = act(item).finally(() => {
      running.delete(work)
      open.delete(item)
    })
    running.add(work)
  }
  await Promise.all(running)
}
