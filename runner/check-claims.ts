import { isDeepStrictEqual } from 'node:util'
import type { Event, Outcome, StepResult } from '../schemas/event.ts'
import { countOf } from '../system/count-of.ts'
import { combineOutcomes, judgeRun, weighStep } from './engine/outcome.ts'
import { listCounts } from './list-counts.ts'
import { emptyReport, foldEvent, sumScenarios, wholeName } from './report.ts'
import type { RunReport, ScenarioReport } from './report.ts'

/** The events of a run as far as they bear each other out. */
export interface CheckedEvents {
  /** With no end that is better than what was before it. */
  readonly events: readonly Event[]
  /** Where an end claimed more than that, a sentence each: somebody has changed the journal. */
  readonly differences: readonly string[]
}

/** Compares what the ends of scenarios and of the run claim with the steps and assertions before them. An end that is worse than those stands: what
 *  happens to a scenario besides its steps is told by its end alone.
 *  @param events  of one run, the first being its start, the last its end */
export function checkClaims(events: readonly Event[]): CheckedEvents {
  const report = events.reduce(foldEvent, emptyReport)
  const found = report.scenarios.map(checkScenario)
  const scenarios = found.map(({ scenario }) => scenario)
  const sums = sumScenarios(scenarios)
  const outcome = worse(report.outcome, judgeRun(scenarios, sums.assertions))
  const differences = [...found.flatMap(({ differences: own }) => own), ...checkRun(report, { ...sums, outcome })].map(
    (difference) => `run ${report.run}: ${difference}: its journal is not as the run wrote it`,
  )
  if (differences.length === 0) return { events, differences }
  const outcomes = new Map(scenarios.map((scenario) => [scenario.name, scenario.outcome]))
  const last = new Map(events.flatMap((event, index) => (event.type === 'scenario-ended' ? [[event.scenario, index] as const] : [])))
  return {
    differences,
    events: events.map((event, index) => {
      if (event.type === 'run-ended') return { ...event, flaky: 0, ...sums, outcome }
      if (event.type !== 'scenario-ended' || last.get(event.scenario) !== index) return event
      return { ...event, outcome: outcomes.get(event.scenario) ?? event.outcome }
    }),
  }
}

/** A scenario with no outcome that is better than its steps bear out. */
function checkScenario(scenario: ScenarioReport): { readonly scenario: ScenarioReport; readonly differences: readonly string[] } {
  const { name, outcome, knownFailure, steps } = scenario
  const untrue = steps.filter((step) => step.outcome === 'passed' && step.checks.some(({ passed }) => !passed))
  const judged = steps.map((step): StepResult => (untrue.includes(step) ? { ...step, outcome: 'failed' } : step))
  const deciding = judged.filter((step) => step.path.length === 1 || untrue.some(({ path }) => path === step.path))
  const told = combineOutcomes(deciding.map(weighStep))
  const isExcused = knownFailure !== undefined && told === 'failed'
  const decisive = deciding.find((step) => weighStep(step) === told)
  const borne = isExcused ? outcome : worse(outcome, told)
  return {
    scenario: { ...scenario, outcome: borne },
    differences: [
      ...untrue.map((step) => `"${name}" › ${wholeName(step)} has passed, and an assertion of it does not hold`),
      ...(borne !== outcome && decisive !== undefined && untrue.length === 0
        ? [`"${name}" ended as ${outcome}, and its step ${wholeName(decisive)} as ${told}`]
        : []),
    ],
  }
}

function checkRun(claimed: RunReport, found: Pick<RunReport, 'outcome' | 'counts' | 'flaky' | 'assertions'>): readonly string[] {
  const isCounted = isDeepStrictEqual([claimed.counts, claimed.flaky ?? 0], [found.counts, found.flaky ?? 0])
  return [
    ...(claimed.outcome === found.outcome ? [] : [`it ended as ${claimed.outcome}, and its scenarios as ${found.outcome}`]),
    ...(isCounted ? [] : [`it counts ${tell(claimed)}, and has ${tell(found)}`]),
    ...(claimed.assertions === found.assertions
      ? []
      : [`it counts ${countOf(claimed.assertions, 'assertion')}, and has ${found.assertions}`]),
  ]
}

function tell({ counts, flaky = 0 }: Pick<RunReport, 'counts' | 'flaky'>): string {
  return listCounts({ ...counts, flaky }) || 'no scenario'
}

/** The claim, unless what was seen is worse. */
function worse(claimed: Outcome, seen: Outcome): Outcome {
  return combineOutcomes([claimed, seen])
}
