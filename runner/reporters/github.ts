import { randomUUID } from 'node:crypto'
import type { StepResult } from '../../schemas/event.ts'
import type { Place } from '../../schemas/problem.ts'
import { unmetClaims, standingOf, wholeName } from '../report.ts'
import type { RunReport } from '../report.ts'
import { groupChecks } from './group-checks.ts'
import { renderSummaryPage } from './markdown.ts'
import type { Reporter, ReporterKind } from './reporter.ts'
import { createLines } from './spec.ts'
import { oneLine, printable } from './visible-text.ts'

/** GitHub shows so many annotations of a kind for a step of a job. */
const mostShown = 10

/** What `spec` writes, then an annotation for each thing that did not pass, where it stands in the file; the summary of the job gets a page in
 *  Markdown.
 *  @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export const github: ReporterKind = {
  summary: 'like spec, with annotations and a job summary for GitHub Actions',
  besides: { variable: 'GITHUB_STEP_SUMMARY', render: renderSummaryPage },
  create(options): Reporter {
    const lines = createLines(options)
    // What a machine writes is shown among the lines, and a line of it that looks like a command would be one.
    const token = randomUUID()
    return {
      onEvent: (event) => `${event.type === 'run-started' ? `::stop-commands::${token}\n` : ''}${lines(event) ?? ''}`,
      finish: (report) => `\n::${token}::\n${annotate(report).join('')}`,
    }
  },
}

/** The commands for what is to be seen beside the files. */
function annotate(report: RunReport): readonly string[] {
  const ofRun = unmetClaims(report).map(({ claim, message }): Annotation => ({ level: 'error', title: claim, message }))
  const of = report.scenarios.flatMap(({ name, file, steps, problem, outcome }) => {
    const own = outcome === 'failed' || outcome === 'errored' ? problem : undefined
    return [
      ...steps.flatMap((step) => annotateStep(step, name)),
      ...(own === undefined
        ? []
        : [{ level: 'error', place: own.place ?? { file, line: 1, column: 1, length: 1 }, title: name, message: own.message }]),
    ]
  })
  const levels = ['error', 'warning'].map((level) => [...ofRun, ...of].filter((each) => each.level === level).slice(0, mostShown))
  return levels.flat().map(renderCommand)
}

interface Annotation {
  readonly level: string
  /** Absent where it is of no file. */
  readonly place?: Place
  readonly title: string
  readonly message: string
}

function annotateStep(step: StepResult, scenario: string): readonly Annotation[] {
  const standing = standingOf(step)
  const title = `${scenario} › ${wholeName(step)}`
  const warnings = (step.warnings ?? []).map((message) => ({ level: 'warning', place: step.place, title, message }))
  if (standing === 'passed' || standing === 'skipped' || step.cause !== undefined) return warnings
  const level = standing === 'failed' || standing === 'errored' ? 'error' : 'warning'
  const checks = groupChecks(step.checks).map(({ check, message }) => ({ level, place: check.place, title, message }))
  const problem =
    step.problem === undefined ? [] : [{ level, place: step.problem.place ?? step.place, title, message: step.problem.message }]
  return [...checks, ...problem, ...warnings]
}

function renderCommand({ level, place, title, message }: Annotation): string {
  const where = place === undefined ? {} : { file: place.file, line: place.line, col: place.column }
  const properties = { ...where, title: oneLine(title) }
  const told = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
  return `::${level} ${told.join(',')}::${escapeMessage(printable(message))}\n`
}

function escapeMessage(text: string): string {
  return text.replace(/[%\r\n]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replace(/[:,]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
