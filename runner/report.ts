import type { Check, Event, Evidence, Outcome, StepResult, RunTotals } from '../schemas/event.ts'
import type { Json } from '../schemas/json.ts'
import type { Problem } from '../schemas/problem.ts'
import { countOf } from '../system/count-of.ts'

/** What a run came to: the fold of its events, and nothing that they do not tell. Times in milliseconds. */
export interface RunReport extends RunTotals {
  readonly run: string
  readonly testbed: string
  readonly target: string
  readonly startedAt: number
  /** `errored` until the run has ended: a report of a run that was killed is not green. */
  readonly outcome: Outcome
  /** What a person should know of the testbed and no step says. */
  readonly notes: readonly string[]
  readonly scenarios: readonly ScenarioReport[]
}

/** What a scenario came to. Nested steps stand after the step that holds them; `path` tells the nesting. */
export interface ScenarioReport {
  readonly name: string
  readonly file: string
  readonly outcome: Outcome
  readonly startedAt: number
  readonly durationMs: number
  readonly description?: string
  readonly owner?: string
  /** The cell of the matrix that it ran in, where several runs are told as one. */
  readonly cell?: string
  readonly problem?: Problem
  /** It passed on a retry: on which attempt, and what those before came to. What stands here else is of the last attempt. */
  readonly flaky?: string
  /** It failed, as is known, and counts as passed: why. */
  readonly knownFailure?: string
  /** What it gave to those that need it, by name. */
  readonly outputs?: Readonly<Record<string, Json>>
  /** What the machines told when it had failed, for the first time. */
  readonly evidence?: Evidence
  readonly steps: readonly StepResult[]
}

/** No scenario at all. */
export const noCounts: Readonly<Record<Outcome, number>> = { passed: 0, failed: 0, errored: 0, skipped: 0 }

/** The report of a run before its first event. */
export const emptyReport: RunReport = {
  run: '',
  testbed: '',
  target: '',
  startedAt: 0,
  durationMs: 0,
  outcome: 'errored',
  interrupted: false,
  counts: noCounts,
  assertions: 0,
  notes: [],
  scenarios: [],
}

/** The report after one event more. The journal of a run that was killed folds to what is known of it. */
export function foldEvent(report: RunReport, event: Event): RunReport {
  switch (event.type) {
    case 'run-started':
      return { ...report, run: event.run, testbed: event.testbed, target: event.target, startedAt: event.at }
    case 'note':
      return { ...report, notes: [...report.notes, event.message] }
    case 'scenario-started': {
      const started: ScenarioReport = {
        name: event.scenario,
        file: event.file,
        outcome: 'errored',
        startedAt: event.at,
        durationMs: 0,
        ...(event.description === undefined ? {} : { description: event.description }),
        ...(event.owner === undefined ? {} : { owner: event.owner }),
        ...(event.cell === undefined ? {} : { cell: event.cell }),
        steps: [],
      }
      const index = report.scenarios.findIndex(({ name }) => name === event.scenario)
      const before = report.scenarios[index]
      if (before === undefined) return { ...report, scenarios: [...report.scenarios, started] }
      const again = before.evidence === undefined ? started : { ...started, evidence: before.evidence }
      return { ...report, scenarios: report.scenarios.with(index, again) }
    }
    case 'step-ended':
      return changeScenario(report, event.scenario, (scenario) => ({
        ...scenario,
        steps: [...scenario.steps, event.step].sort(comparePaths),
      }))
    case 'step-retried':
      return changeScenario(report, event.scenario, (scenario) => ({
        ...scenario,
        steps: scenario.steps.filter(({ path }) => !event.path.every((part, index) => path[index] === part)),
      }))
    case 'evidence':
      return changeScenario(report, event.scenario, (scenario) => ({ ...scenario, evidence: event.evidence }))
    case 'scenario-ended':
      return changeScenario(report, event.scenario, (scenario) => ({
        ...scenario,
        outcome: event.outcome,
        durationMs: event.durationMs,
        ...(event.problem === undefined ? {} : { problem: event.problem }),
        ...(event.flaky === undefined ? {} : { flaky: event.flaky }),
        ...(event.knownFailure === undefined ? {} : { knownFailure: event.knownFailure }),
        ...(event.outputs === undefined ? {} : { outputs: event.outputs }),
      }))
    case 'run-ended': {
      const { outcome, durationMs, interrupted, counts, flaky, assertions, unasserted, missing } = event
      const some = {
        ...(flaky === undefined ? {} : { flaky }),
        ...(unasserted === undefined ? {} : { unasserted }),
        ...(missing === undefined ? {} : { missing }),
      }
      return { ...report, outcome, durationMs, interrupted, counts, assertions, ...some }
    }
    case 'step-started':
    case 'seen':
    case 'poll':
      return report
  }
}

/** What scenarios came to, as the end of a run tells it. */
export function sumScenarios(scenarios: readonly ScenarioReport[]): Pick<RunTotals, 'counts' | 'flaky' | 'assertions'> {
  // One that passed on a retry, and has failed for that, is no flaky one.
  const standings = scenarios.map(({ outcome, flaky }) => (outcome === 'passed' && flaky !== undefined ? 'flaky' : outcome))
  const of = (wanted: Outcome | 'flaky'): number => standings.filter((standing) => standing === wanted).length
  const counts = { passed: of('passed'), failed: of('failed'), errored: of('errored'), skipped: of('skipped') }
  const assertions = scenarios.flatMap(({ steps }) => steps).reduce((sum, { checks }) => sum + checks.length, 0)
  return { counts, ...(of('flaky') === 0 ? {} : { flaky: of('flaky') }), assertions }
}

/** What makes a run red that none of its scenarios tells: a claim of every run, and why it does not hold. */
export interface UnmetClaim {
  readonly claim: string
  readonly outcome: 'failed' | 'errored'
  readonly message: string
}

/** What of a run does not hold besides its scenarios: every report shows it as it shows a step, so that none is green where the run is red. */
export function unmetClaims({ assertions, missing = [] }: Pick<RunReport, 'assertions' | 'missing'>): readonly UnmetClaim[] {
  const nothing = 'nothing was asserted, so that nothing was shown: the run is red'
  return [
    ...missing.map((message): UnmetClaim => ({ claim: 'every part was run', outcome: 'errored', message })),
    ...(assertions === 0 ? [{ claim: 'the run asserted something', outcome: 'failed', message: nothing } as const] : []),
  ]
}

/** How many assertions ran; where scenarios were skipped as a whole, of how many. */
export function tellAssertions({ assertions, unasserted }: Pick<RunReport, 'assertions' | 'unasserted'>): string {
  if (unasserted === undefined) return countOf(assertions, 'assertion')
  return `${assertions} of ${countOf(assertions + unasserted, 'assertion')} ran on this target`
}

/** The names on the way to a step, its own the last: no two steps of a scenario that do not have the same way share it. */
export function wholeName({ name, within = [] }: Pick<StepResult, 'name' | 'within'>): string {
  return [...within, name].join(' › ')
}

/** What a check looked at, and where. */
export function subjectOf({ subject, host }: Pick<Check, 'subject' | 'host'>): string {
  return host === undefined ? subject : `${host}: ${subject}`
}

/** What a step counts as in every report: its outcome, `soft` when it did not hold and does not decide, or `known` when it failed as is known
 *  of its scenario. */
export type Standing = Outcome | 'soft' | 'known'

/** How a step counts. */
export function standingOf({ outcome, soft, knownFailure }: Pick<StepResult, 'outcome' | 'soft' | 'knownFailure'>): Standing {
  if (outcome === 'failed' && knownFailure !== undefined) return 'known'
  return soft && (outcome === 'failed' || outcome === 'errored') ? 'soft' : outcome
}

/** The steps of a run by how they count, those that hold others among them. */
export function countSteps({ scenarios }: Pick<RunReport, 'scenarios'>): Readonly<Record<Standing, number>> {
  const counts = { ...noCounts, soft: 0, known: 0 }
  for (const { steps } of scenarios) for (const step of steps) counts[standingOf(step)] += 1
  return counts
}

function changeScenario(report: RunReport, name: string, change: (scenario: ScenarioReport) => ScenarioReport): RunReport {
  return { ...report, scenarios: report.scenarios.map((scenario) => (scenario.name === name ? change(scenario) : scenario)) }
}

function comparePaths(a: StepResult, b: StepResult): number {
  for (const [index, part] of a.path.entries()) {
    const other = b.path[index]
    if (other === undefined) return 1
    if (part !== other) return part - other
  }
  return a.path.length - b.path.length
}
