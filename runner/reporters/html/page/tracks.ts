import type { PageData, PageScenario, PageStep } from '../page-data.ts'

/** Something with a beginning and an end, in milliseconds since the start of the run. */
export interface Span {
  readonly startMs: number
  readonly durationMs: number
}

/** Puts scenarios that ran at the same time on tracks of their own: as many as ran at a time. */
export function tracksOf(scenarios: readonly PageScenario[]): readonly (readonly PageScenario[])[] {
  const tracks: PageScenario[][] = []
  for (const scenario of scenarios.toSorted((a, b) => a.startMs - b.startMs)) {
    const free = tracks.find((track) => {
      const last = track.at(-1)
      return last !== undefined && last.startMs + last.durationMs <= scenario.startMs
    })
    if (free === undefined) tracks.push([scenario])
    else free.push(scenario)
  }
  return tracks
}

/** What was done to machines: faults, and their ends. */
export function faultsOf({ scenarios }: PageData): readonly PageStep[] {
  return scenarios.flatMap(({ steps }) =>
    steps.filter(({ kind, standing, invariant }) => kind === 'machine' && standing !== 'skipped' && invariant === undefined),
  )
}

/** The spans that are seen in a window of time, each wide enough to be seen; those that would lie on one another are told as one. */
export function visibleSpans<Kind extends Span>(
  spans: readonly Kind[],
  fromMs: number,
  toMs: number,
  width: number,
): readonly { readonly span: Kind; readonly x: number; readonly width: number }[] {
  const scale = width / Math.max(1, toMs - fromMs)
  const seen: { readonly span: Kind; readonly x: number; readonly width: number }[] = []
  let filled = -1
  for (const span of spans) {
    const [start, end] = [(span.startMs - fromMs) * scale, (span.startMs + span.durationMs - fromMs) * scale]
    if (end < 0 || start > width || (end <= filled && end - start < 1)) continue
    const x = Math.max(0, start)
    seen.push({ span, x, width: Math.max(1, Math.min(width, end) - x) })
    filled = Math.max(filled, x + 1)
  }
  return seen
}

/** Round times for the marks of an axis, at most about `most` of them. */
export function ticksOf(fromMs: number, toMs: number, most: number): readonly number[] {
  const steps = [1, 2, 5].flatMap((digit) => Array.from({ length: 9 }, (_, power) => digit * 10 ** power))
  const round = [...steps, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000].toSorted((a, b) => a - b)
  const step = round.find((each) => (toMs - fromMs) / each <= most) ?? 3_600_000
  const first = Math.ceil(fromMs / step) * step
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, index) => first + index * step)
}
