import type { HistoryEntry } from './entry.ts'
import { figuresOf, quantile } from './figures.ts'
import type { Figures, Sample } from './figures.ts'

/** What the past of a scenario came to. */
export interface PastOfScenario {
  readonly scenario: string
  readonly file: string
  readonly runs: number
  readonly passed: number
  /** Runs in which it passed on a retry, and those that failed between two that passed. */
  readonly flaky: number
  /** Of the runs in which it passed at once. */
  readonly durations?: Figures
  /** By the names of the steps: how long each took until it held. */
  readonly waits: Readonly<Record<string, Figures>>
}

/** Fewer times than this say nothing about the next. */
const leastForBudget = 5
/** What is later than usual by this factor is worth a warning. */
const beyondUsual = 1.5

/** The past of each scenario that a history tells of, in the order of their names. @param entries  the oldest first */
export function pastOf(entries: readonly HistoryEntry[]): readonly PastOfScenario[] {
  const groups = new Map<string, HistoryEntry[]>()
  for (const entry of entries) {
    const key = JSON.stringify([entry.scenario, entry.file])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  return [...groups.values()].map(describe).toSorted((a, b) => (a.scenario < b.scenario ? -1 : 1))
}

/** The past of one scenario; undefined where there is none. */
export function pastOfScenario(entries: readonly HistoryEntry[], scenario: string, file: string): PastOfScenario | undefined {
  const own = entries.filter((entry) => entry.scenario === scenario && entry.file === file)
  return own.length === 0 ? undefined : describe(own)
}

/** How long a step usually takes at most until it holds, with room for what varies; undefined while too little is known. */
export function usualMs(entries: readonly HistoryEntry[], scenario: string, file: string, step: string): number | undefined {
  const times = waitSamples(entries.filter((entry) => entry.scenario === scenario && entry.file === file)).get(step) ?? []
  return times.length < leastForBudget
    ? undefined
    : Math.round(
        beyondUsual *
          quantile(
            times.slice(-50).map(({ ms }) => ms),
            0.95,
          ),
      )
}

function describe(entries: readonly HistoryEntry[]): PastOfScenario {
  const last = entries.at(-1)
  const ended = entries.filter(({ retried }) => retried !== true)
  const isHeld = (entry: HistoryEntry | undefined) => entry?.outcome === 'passed'
  const isBetween = (index: number) => !isHeld(ended[index]) && isHeld(ended[index - 1]) && isHeld(ended[index + 1])
  const durations = figuresOf(
    ended.filter((entry) => isHeld(entry) && entry.flaky === undefined).map(({ at, run, durationMs: ms }) => ({ at, run, ms })),
  )
  return {
    scenario: last?.scenario ?? '',
    file: last?.file ?? '',
    runs: ended.length,
    passed: ended.filter(isHeld).length,
    flaky: ended.filter(({ flaky }, index) => flaky !== undefined || isBetween(index)).length,
    ...(durations === undefined ? {} : { durations }),
    waits: Object.fromEntries(
      [...waitSamples(entries)].flatMap(([step, samples]) => {
        const figures = figuresOf(samples)
        return figures === undefined ? [] : [[step, figures] as const]
      }),
    ),
  }
}

function waitSamples(entries: readonly HistoryEntry[]): ReadonlyMap<string, readonly Sample[]> {
  const samples = new Map<string, Sample[]>()
  for (const { at, run, waits } of entries)
    for (const { step, outcome, ms } of waits) if (outcome === 'passed') samples.set(step, [...(samples.get(step) ?? []), { at, run, ms }])
  return samples
}
