import type { Event, StepResult } from '../schemas/event.ts'
import { foldEvent, sumScenarios } from './report.ts'
import type { RunReport } from './report.ts'

type StepStarted = Extract<Event, { type: 'step-started' }>

/** What has begun in a run and not ended, kept so that a run that breaks off is told to its end. */
export interface OpenEnds {
  readonly see: (event: Event) => void
  /** The events that are missing to a whole run; none when it has ended, or never begun. @param report  the fold of what was seen */
  readonly close: (at: number, report: RunReport) => readonly Event[]
}

/** Starts to keep what is open. @param reason  why a run breaks off, as the report tells it */
export function watchOpenEnds(reason: string): OpenEnds {
  let started: Extract<Event, { type: 'run-started' }> | undefined
  const steps = new Map<string, StepStarted>()
  const scenarios = new Map<string, Extract<Event, { type: 'scenario-started' }>>()
  const see = (event: Event) => {
    if (event.type === 'run-started') started = event
    if (event.type === 'run-ended') started = undefined
    if (event.type === 'scenario-started') scenarios.set(event.scenario, event)
    if (event.type === 'step-started') steps.set(keyOf(event.scenario, event.path), event)
    if (event.type === 'step-ended') steps.delete(keyOf(event.scenario, event.step.path))
    if (event.type === 'scenario-ended') scenarios.delete(event.scenario)
  }
  const close = (at: number, report: RunReport): readonly Event[] => {
    if (started === undefined) return []
    const { run, at: startedAt } = started
    const problem = { code: 'interrupted', severity: 'error', message: reason } as const
    // The steps inside end before those that hold them, as in every run.
    const open = [...steps.values()].sort((a, b) => b.path.length - a.path.length)
    const ends = [
      ...open.map((step): Event => ({ at, run, type: 'step-ended', scenario: step.scenario, step: endStep(step, open, at, reason) })),
      ...[...scenarios.values()].map(({ scenario, file, at: since }): Event => {
        return { at, run, type: 'scenario-ended', scenario, file, outcome: 'errored', durationMs: at - since, problem }
      }),
    ]
    const sums = sumScenarios(ends.reduce(foldEvent, report).scenarios)
    started = undefined
    return [...ends, { at, run, type: 'run-ended', outcome: 'errored', durationMs: at - startedAt, interrupted: true, ...sums }]
  }
  return { see, close }
}

function endStep(step: StepStarted, open: readonly StepStarted[], at: number, message: string): StepResult {
  const { path, name, within, kind, host, place, scenario, at: since } = step
  const inside = open.find((other) => {
    return other.scenario === scenario && other.path.length > path.length && path.every((part, index) => other.path[index] === part)
  })
  return {
    path,
    name,
    ...(within === undefined ? {} : { within }),
    kind,
    ...(host === undefined ? {} : { host }),
    place,
    outcome: 'errored',
    soft: false,
    durationMs: Math.max(0, at - since),
    attempts: 1,
    checks: [],
    problem: { code: 'interrupted', severity: 'error', place, message },
    ...(inside === undefined ? {} : { cause: { path: inside.path, name: inside.name } }),
  }
}

function keyOf(scenario: string, path: readonly number[]): string {
  return JSON.stringify([scenario, path])
}
