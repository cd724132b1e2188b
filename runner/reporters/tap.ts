import { stringify } from 'yaml'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Polls, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import { unmetClaims, standingOf, wholeName } from '../report.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { groupChecks } from './group-checks.ts'
import { renderOutput, renderReason } from './render-step.ts'
import type { Reporter, ReporterKind } from './reporter.ts'
import { inTurn } from './in-turn.ts'
import { describePoint, escapeTap, isOk, renderFlaky, renderTells, renderWarnings, todoOf } from './tap-point.ts'
import { indent, printable } from './visible-text.ts'
import { whereabouts } from './whereabouts.ts'

/** TAP version 14: a subtest for each scenario, a test point for each step, diagnostics in YAML.
 *  @see https://testanything.org/tap-version-14-specification.html */
export const tap: ReporterKind = {
  summary: 'TAP version 14',
  create: (): Reporter => inTurn({ start: 'TAP version 14\n', renderScenario, renderEnd }),
}

function renderScenario(scenario: ScenarioReport, index: number): string {
  const { steps, name, outcome, problem, durationMs } = scenario
  const skipped = outcome === 'skipped' ? (problem?.message ?? 'every step was skipped') : undefined
  const point = `${describePoint(isOk(outcome), index + 1, name, { skipped, durationMs })}\n`
  const diagnostics = problem === undefined || outcome === 'skipped' ? '' : renderDiagnostics(describeProblem(problem))
  const tells = renderFlaky(scenario) + renderTells(scenario)
  if (steps.length === 0) return `${point}${diagnostics}${tells}`
  const body = [...steps.map((step, at) => renderStep(step, at + 1)), `1..${steps.length}\n`].join('')
  return `# Subtest: ${escapeTap(name)}\n${indent(body, '    ')}${point}${diagnostics}${tells}`
}

function renderStep(step: StepResult, number: number): string {
  const standing = standingOf(step)
  const { durationMs, problem } = step
  const skipped = standing === 'skipped' ? (problem?.message ?? '') : undefined
  const todo = todoOf(step)
  const point = `${describePoint(isOk(step.outcome), number, wholeName(step), { skipped, todo, durationMs })}\n`
  const warnings = renderWarnings(step)
  if (!isOk(step.outcome)) return point + renderDiagnostics(diagnose(step)) + warnings
  return point + (step.invariant === undefined || standing === 'skipped' ? '' : renderDiagnostics(describePolls(step.invariant))) + warnings
}

function diagnose(step: StepResult): JsonObject {
  const { place, outcome, kind, host, attempts, problem, checks, cause, invariant } = step
  const output = renderOutput(step)
  return {
    outcome,
    at: whereabouts(place),
    kind,
    ...(host === undefined ? {} : { host }),
    attempts,
    ...(invariant === undefined ? {} : describePolls(invariant)),
    ...(cause !== undefined ? { message: renderReason(step) } : problem === undefined ? {} : describeProblem(problem)),
    ...(cause !== undefined ? {} : { checks: groupChecks(checks).map(describeCheck) }),
    ...(output === '' ? {} : { output }),
  }
}

function describePolls({ polls, held, untested, share, longestGapMs }: Polls): JsonObject {
  return { polls, held, untested, share, longestGapMs }
}

function describeCheck({ check, hosts, message }: ReturnType<typeof groupChecks>[number]): JsonObject {
  const { subject, expected, actual, explanation, place, implied } = check
  return {
    subject,
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(implied ? { implied } : {}),
    at: whereabouts(place),
    expected: expected,
    actual: actual,
    explanation: hosts.length === 0 ? explanation : message,
  }
}

/** Deeper values are not written: neither this program nor a reader could follow. */
const deepest = 50

/** A value as it can stand in the report: printable, no line of it empty, which would end the block. */
function writable(value: Json, depth = 0): Json {
  if (typeof value === 'string') return printable(value).replace(/^[ \t]*$/gm, ' ')
  if (value === null || typeof value !== 'object') return value
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return value.map((item: Json) => writable(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [printable(key), writable(item as Json, depth + 1)]))
}

function describeProblem({ code, message, hint, place }: Problem): JsonObject {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place: whereabouts(place) }),
  }
}

function renderDiagnostics(diagnostics: JsonObject): string {
  // Every text stands indented under its key, since a line `...` at the margin would end the block.
  return indent(`---\n${stringify(writable(diagnostics), { lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity })}...\n`)
}

function renderEnd(report: RunReport): string {
  const ofRun = unmetClaims(report)
  const before = report.scenarios.length
  const points = ofRun.map(
    ({ claim, message }, index) => `${describePoint(false, before + index + 1, claim)}\n${renderDiagnostics({ message })}`,
  )
  return `${points.join('')}1..${before + ofRun.length}\n`
}
