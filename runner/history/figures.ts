/** A time that something took, and when. */
export interface Sample {
  readonly at: number
  readonly run: string
  readonly ms: number
}

/** Something takes longer from a run on than before. Medians, in milliseconds. */
export interface Slowdown {
  readonly run: string
  readonly at: number
  readonly beforeMs: number
  readonly afterMs: number
}

/** What times came to: the latest last. */
export interface Figures {
  readonly count: number
  readonly medianMs: number
  readonly p95Ms: number
  /** The latest ones, for a small graph. */
  readonly latestMs: readonly number[]
  readonly slower?: Slowdown
}

/** So many samples are looked at, and so many of them stand in a graph. */
const [mostSamples, mostShown] = [200, 30]
/** On each side of a change there are at least so many samples. */
const leastBeside = 4
/** What is slower takes at least so much longer, by the factor and in milliseconds, and so many of all pairs of before and after say so. */
const slower = { factor: 1.25, ms: 100, share: 0.85 }

/** The figures of some times, the oldest first; undefined of none. */
export function figuresOf(samples: readonly Sample[]): Figures | undefined {
  const latest = samples.slice(-mostSamples)
  if (latest.length === 0) return undefined
  const times = latest.map(({ ms }) => ms)
  const found = findSlowdown(latest)
  return {
    count: latest.length,
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    latestMs: times.slice(-mostShown),
    ...(found === undefined ? {} : { slower: found }),
  }
}

/** The least number that so large a part of some numbers does not exceed. @param part  from 0 to 1 */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
}

/** Where times became longer and stayed so: of all places to divide them that at which most pairs of before and after agree. */
export function findSlowdown(samples: readonly Sample[]): Slowdown | undefined {
  let best: { readonly at: number; readonly share: number } | undefined
  for (let at = leastBeside; at <= samples.length - leastBeside; at += 1) {
    const share = shareOfLonger(samples.slice(0, at), samples.slice(at))
    if (best === undefined || share > best.share) best = { at, share }
  }
  if (best === undefined || best.share < slower.share) return undefined
  const [before, after] = [samples.slice(0, best.at), samples.slice(best.at)]
  const [beforeMs, afterMs] = [before, after].map((side) =>
    quantile(
      side.map(({ ms }) => ms),
      0.5,
    ),
  )
  const first = after[0]
  if (first === undefined || beforeMs === undefined || afterMs === undefined) return undefined
  if (afterMs < beforeMs * slower.factor || afterMs - beforeMs < slower.ms) return undefined
  return { run: first.run, at: first.at, beforeMs, afterMs }
}

/** The part of all pairs in which the later one is longer. */
function shareOfLonger(before: readonly Sample[], after: readonly Sample[]): number {
  const sorted = before.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const longer = after.reduce((sum, { ms }) => sum + countBelow(sorted, ms), 0)
  return longer / (before.length * after.length)
}

function countBelow(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}
