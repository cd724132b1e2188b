import { stringify } from 'yaml'
import type { Event, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { emptyReport, foldEvent, tellingSteps } from '../report.ts'
import { indent, renderOutput } from './render-step.ts'
import type { Reporter, ReporterKind } from './reporter.ts'

/** TAP version 14: a subtest for each scenario, a test point for each step, diagnostics in YAML.
 *  @see https://testanything.org/tap-version-14-specification.html */
export const tap: ReporterKind = {
  summary: 'TAP version 14',
  create({ file }): Reporter {
    if (file !== undefined) return { finish: (report) => [{ path: file, text: renderTap(report) }] }
    let report = emptyReport
    return {
      onEvent(event) {
        report = foldEvent(report, event)
        return renderNow(event, report)
      },
    }
  },
}

/** A whole run. */
function renderTap(report: RunReport): string {
  return [
    start,
    ...report.notes.map(renderNote),
    ...report.scenarios.map((scenario, index) => renderScenario(scenario, index + 1)),
    renderEnd(report),
  ].join('')
}

const start = 'TAP version 14\n'

// A scenario is written when it has ended, so that scenarios that run at the same time do not mix.
function renderNow(event: Event, report: RunReport): string | undefined {
  if (event.type === 'run-started') return start
  if (event.type === 'note') return renderNote(event.message)
  if (event.type === 'run-ended') return renderEnd(report)
  if (event.type !== 'scenario-ended') return undefined
  const scenario = report.scenarios.find(({ name }) => name === event.scenario)
  return scenario === undefined ? undefined : renderScenario(scenario, report.scenarios.indexOf(scenario) + 1)
}

function renderNote(message: string): string {
  return `# note: ${escape(message)}\n`
}

function renderScenario(scenario: ScenarioReport, number: number): string {
  const steps = tellingSteps(scenario)
  const skip =
    scenario.outcome === 'skipped'
      ? ` # SKIP ${escape(scenario.problem?.message ?? 'every step was skipped')}`
      : ` # time=${scenario.durationMs}ms`
  const point = `${isOk(scenario) ? 'ok' : 'not ok'} ${number} - ${escape(scenario.name)}${skip}\n`
  const problem =
    scenario.problem === undefined || scenario.outcome === 'skipped' ? '' : renderDiagnostics(describeProblem(scenario.problem))
  if (steps.length === 0) return `${point}${problem}`
  const body = [...steps.map((step, index) => renderPoint(step, index + 1)), `1..${steps.length}\n`].join('')
  return `# Subtest: ${escape(scenario.name)}\n${indent(body, '    ')}${point}${problem}`
}

function renderPoint(step: StepResult, number: number): string {
  const ok = isOk(step)
  const directive =
    step.outcome === 'skipped'
      ? ` # SKIP ${escape(step.problem?.message ?? '')}`
      : !ok && step.soft
        ? ' # TODO soft'
        : ` # time=${step.durationMs}ms`
  const point = `${ok ? 'ok' : 'not ok'} ${number} - ${escape(step.name)}${directive}\n`
  return ok ? point : point + renderDiagnostics(diagnose(step))
}

function diagnose(step: StepResult): object {
  const { file, line, column } = step.place
  const output = renderOutput(step)
  return {
    outcome: step.outcome,
    at: `${file}:${line}:${column}`,
    kind: step.kind,
    ...(step.host === undefined ? {} : { host: step.host }),
    attempts: step.attempts,
    ...(step.problem === undefined ? {} : describeProblem(step.problem)),
    checks: step.checks
      .filter(({ passed }) => !passed)
      .map(({ subject, expected, actual, explanation, place, implied }) => ({
        subject,
        ...(implied ? { implied } : {}),
        at: `${place.file}:${place.line}:${place.column}`,
        expected,
        actual,
        explanation,
      })),
    ...(output === '' ? {} : { output }),
  }
}

function describeProblem({ code, message, hint, place }: Problem): object {
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(place === undefined ? {} : { place: `${place.file}:${place.line}:${place.column}` }),
  }
}

function renderDiagnostics(diagnostics: object): string {
  // Every text stands indented under its key, since a line `...` at the margin would end the block.
  return indent(`---\n${stringify(diagnostics, { lineWidth: 0 })}...\n`)
}

function renderEnd({ scenarios, assertions }: RunReport): string {
  if (assertions > 0) return `1..${scenarios.length}\n`
  return `not ok ${scenarios.length + 1} - the run asserted something\n1..${scenarios.length + 1}\n`
}

function isOk({ outcome }: { readonly outcome: StepResult['outcome'] }): boolean {
  return outcome === 'passed' || outcome === 'skipped'
}

/** `#` begins a directive, a line end the next line. */
function escape(text: string): string {
  return text.replace(/[\\#]/g, '\\$&').replace(/\s*\n\s*/g, ' ')
}
