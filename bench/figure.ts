/** One line of the benchmark. A sample is a duration in milliseconds, unless the figure has another unit; one without samples of a kind has
 *  an empty list. */
export interface Figure {
  readonly name: string
  /** The first time: nothing of it was there, nothing was connected. */
  readonly cold: readonly number[]
  /** Each later time. */
  readonly warm: readonly number[]
  readonly unit?: 'MiB' | '%' | 'files'
  /** How it was measured, from what to what. */
  readonly how: string
}

/** What every measurement gets. */
export interface Bench {
  /** A folder of this run's own, removed at its end. */
  readonly folder: string
  /** How often to repeat what is cheap. */
  readonly runs: number
  /** Also builds the images within the first `apply`: it gets an empty cache. */
  readonly emptyCache: boolean
  /** How long growth is watched. */
  readonly minutes: number
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** Times a piece of work with the monotonic clock. What it throws is thrown on: a failure has no duration. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** The same, several times in a row. */
export async function timeEach(count: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  const samples: number[] = []
  for (let index = 0; index < count; index += 1) samples.push(await time(work))
  return samples
}

/** The value below which a share of the samples lies, by the nearest rank; the median at 0.5 of an even number is the mean of the middle two.
 *  @throws RangeError without samples */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const rank = Math.max(Math.ceil(share * sorted.length), 1)
  const [at, next] = [sorted[rank - 1], sorted[rank]]
  if (at === undefined) throw new RangeError('no samples')
  return share === 0.5 && sorted.length % 2 === 0 && next !== undefined ? (at + next) / 2 : at
}
