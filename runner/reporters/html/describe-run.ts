import type { Check, StepResult } from '../../../schemas/event.ts'
import type { Json } from '../../../schemas/json.ts'
import { renderJson } from '../../../schemas/json-text.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { countOf } from '../../../system/count-of.ts'
import { tellApart } from '../../../system/tell-apart.ts'
import { countSteps, standingOf, wholeName } from '../../report.ts'
import type { PastOfScenario } from '../../history/past.ts'
import type { RunReport, ScenarioReport } from '../../report.ts'
import { renderOutputs } from '../render-outputs.ts'
import type { ReporterOptions } from '../reporter.ts'
import { withoutDepth } from '../without-depth.ts'
import { describeMoments } from './describe-moments.ts'
import { describeGrid } from './describe-grid.ts'
import type { PageCheck, PageData, PageProblem, PageScenario, PageStep } from './page-data.ts'
import { createPlaces } from './places.ts'
import type { Places } from './places.ts'
import { shareResults } from './share-results.ts'
import { pathKey, stretchesOf } from './trace-run.ts'
import type { RunTraces } from './trace-run.ts'

/** The longest that a value may be, in characters. */
const longest = 4000

/** What the page of a run shows. Results of what did not hold come first where not all have their place. */
export function describeRun(
  report: RunReport,
  { hosts, graph, scenarios: traces }: RunTraces,
  { source, again, past, moments }: Pick<ReporterOptions, 'source' | 'again' | 'past' | 'moments'>,
): PageData {
  const places = createPlaces(source)
  const pasts = new Map(report.scenarios.map((scenario) => [scenario, past?.(scenario.name, scenario.file)]))
  const ids = tellApart(report.scenarios.map(({ name }) => slugOf(name))).map((id) => id.replace(/ \((\d+)\)$/, '--$1'))
  const results = shareResults(report)
  const describeStep = (step: StepResult, scenario: ScenarioReport, result: PageStep['result']): PageStep => {
    const ofScenario = traces.get(scenario.name)
    const key = pathKey(step.path)
    const { path, name, kind, host, durationMs, attempts, checks, warnings = [], knownFailure, problem, cause, invariant } = step
    const began = ofScenario?.startedAt.get(key)
    const grid = describeGrid(step)
    const seen = ofScenario?.polls.get(key) ?? stretchesOf(step.history ?? [])
    const took = pasts.get(scenario)?.waits[wholeName(step)]
    return {
      path,
      name,
      kind,
      ...(host === undefined ? {} : { host }),
      place: places.of(step.place),
      standing: standingOf(step),
      startMs: Math.max(0, (began ?? scenario.startedAt) - report.startedAt),
      durationMs,
      ...(attempts === 1 ? {} : { attempts }),
      ...(checks.length === 0 ? {} : { checks: checks.map((check) => describeCheck(check, places)) }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(knownFailure === undefined ? {} : { knownFailure }),
      ...(problem === undefined ? {} : { problem: describeProblem(problem, places) }),
      ...(cause === undefined ? {} : { cause: cause.path }),
      ...(grid === undefined ? {} : { grid }),
      ...(seen.length === 0 ? {} : { polls: seen }),
      ...(took === undefined ? {} : { past: took }),
      ...(invariant === undefined ? {} : { invariant }),
      ...(result === undefined || result.length === 0 ? {} : { result }),
    }
  }
  const scenarios = report.scenarios.map((scenario, index): PageScenario => {
    const { name, file, cell, outcome, durationMs, description, owner, flaky, knownFailure, outputs, problem, steps } = scenario
    return {
      id: ids[index] ?? '',
      name,
      file: places.file(file),
      ...(cell === undefined ? {} : { cell }),
      outcome,
      startMs: Math.max(0, scenario.startedAt - report.startedAt),
      durationMs,
      ...(description === undefined ? {} : { description }),
      ...(owner === undefined ? {} : { owner }),
      ...(flaky === undefined ? {} : { flaky }),
      ...(knownFailure === undefined ? {} : { knownFailure }),
      ...(outputs === undefined ? {} : { outputs: renderOutputs(outputs) }),
      ...(problem === undefined ? {} : { problem: describeProblem(problem, places) }),
      ...describePast(pasts.get(scenario)),
      ...(scenario.evidence === undefined ? {} : { evidence: scenario.evidence }),
      steps: steps.map((step) => describeStep(step, scenario, results.of.get(step))),
    }
  })
  const red = report.scenarios.filter(({ outcome }) => outcome === 'failed' || outcome === 'errored')
  const { scenarios: _described, flaky = 0, ...whole } = report
  return {
    ...whole,
    hosts,
    ...(graph === undefined ? {} : { graph }),
    flaky,
    steps: countSteps(report),
    cells: [...new Set(report.scenarios.flatMap(({ cell }) => cell ?? []))],
    files: places.files,
    excerpts: places.excerpts,
    again: red.length === 0 ? '' : again([...new Set(red.map(({ file }) => file))]),
    scenarios,
    moments: describeMoments(moments?.() ?? [], scenarios, report.startedAt),
    leftOut: results.leftOut,
  }
}

function describePast(past: PastOfScenario | undefined): Pick<PageScenario, 'past'> {
  if (past === undefined) return {}
  const { runs, passed, flaky, durations } = past
  return { past: { runs, passed, flaky, ...(durations === undefined ? {} : { durations }) } }
}

function describeCheck({ subject, host, implied, expected, actual, passed, explanation, place }: Check, places: Places): PageCheck {
  return {
    subject,
    ...(host === undefined ? {} : { host }),
    ...(implied ? { implied } : {}),
    expected: tellValue(expected),
    ...(passed ? {} : { failed: { actual: tellValue(actual), explanation, place: places.told(place) } }),
  }
}

function tellValue(value: Json): string {
  const text = typeof value === 'string' ? value : renderJson(withoutDepth(value))
  return text.length <= longest ? text : `${text.slice(0, longest)}… ${countOf(text.length - longest, 'character')} more`
}

function describeProblem({ code, message, hint, place }: Problem, places: Places): PageProblem {
  return { code, message, ...(hint === undefined ? {} : { hint }), ...(place === undefined ? {} : { place: places.told(place) }) }
}

/** A name as it stands in an address. */
function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return words?.join('-').slice(0, 60) ?? 'scenario'
}
