import type { Event, Outcome } from '../../schemas/event.ts'
import { wholeName } from '../report.ts'

/** What is kept of one attempt of a scenario, for comparisons with those to come: a line of the history of its testbed. */
export interface HistoryEntry {
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number
  readonly run: string
  readonly scenario: string
  readonly file: string
  readonly outcome: Outcome
  readonly durationMs: number
  /** It did not pass, and was tried again in the same run. */
  readonly retried?: true
  /** It passed on a retry. */
  readonly flaky?: true
  readonly waits: readonly Wait[]
}

/** A step with `until`: how long it took until it held, or was given up. */
export interface Wait {
  /** Its whole path by names: an inserted step moves no other. */
  readonly step: string
  readonly outcome: Outcome
  readonly attempts: number
  readonly ms: number
}

/** Turns the events of a run into what is kept of it: an entry when an attempt of a scenario has ended. One that was skipped leaves none. */
export function watchHistory(keep: (entry: HistoryEntry) => void): (event: Event) => void {
  const waits = new Map<string, Wait[]>()
  return (event) => {
    if (event.type === 'scenario-started') waits.set(event.scenario, [])
    if (event.type === 'step-ended' && event.step.withinMs !== undefined && event.step.outcome !== 'skipped') {
      const { outcome, attempts, durationMs: ms } = event.step
      waits.get(event.scenario)?.push({ step: wholeName(event.step), outcome, attempts, ms })
    }
    if (event.type !== 'scenario-ended' || event.outcome === 'skipped') return
    const { at, run, scenario, file, outcome, durationMs, retried, flaky } = event
    const told = { ...(retried === undefined ? {} : { retried }), ...(flaky === undefined ? {} : { flaky: true as const }) }
    keep({ at, run, scenario, file, outcome, durationMs, ...told, waits: waits.get(scenario) ?? [] })
  }
}
