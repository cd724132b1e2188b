import { stripVTControlCharacters } from 'node:util'
import junitReportBuilder from 'junit-report-builder'
import type { Builder, TestCase } from 'junit-report-builder'
import type { StepResult } from '../../schemas/event.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { tellingSteps } from '../report.ts'
import { renderFailure, renderOutput } from './render-step.ts'
import { plainPalette } from './reporter.ts'
import type { Reporter, ReporterKind, ReporterOptions } from './reporter.ts'

/** JUnit XML as Jenkins, GitLab and GitHub's actions read it: a suite for each scenario, a case for each step. A claim that is false is a
 *  `failure`, one that could not be tested an `error`. */
export const junit: ReporterKind = {
  summary: 'JUnit XML, for Jenkins and others',
  create: (options): Reporter => ({ finish: (report) => [{ path: options.file ?? '-', text: renderJunit(report, options) }] }),
}

// The package is CommonJS: what its types call the default export is the module itself.
const factory = junitReportBuilder as unknown as Builder

/** A whole run. Times are in seconds. */
function renderJunit(report: RunReport, options: Pick<ReporterOptions, 'source'>): string {
  const builder = factory.newBuilder().name(clean(`titus-bed ${report.testbed}`))
  for (const [index, scenario] of report.scenarios.entries()) {
    const suite = builder
      .testSuite()
      .name(clean(scenario.name))
      .timestamp(new Date(scenario.startedAt))
      .time(scenario.durationMs / 1000)
    // A note is of the whole run, for which the format has no place.
    if (index === 0) for (const note of report.notes) suite.property('note', clean(note))
    for (const step of tellingSteps(scenario)) describeStep(suite.testCase(), step, scenario, options)
    if (scenario.problem !== undefined) describeScenario(suite.testCase(), scenario)
  }
  if (report.assertions === 0) {
    builder
      .testSuite()
      .name('titus-bed')
      .testCase()
      .className('titus-bed')
      .name('the run asserted something')
      .failure('nothing was asserted')
  }
  return `${builder.build()}\n`
}

function describeStep(testCase: TestCase, step: StepResult, scenario: ScenarioReport, options: Pick<ReporterOptions, 'source'>): void {
  const { file, line } = step.place
  testCase
    .className(clean(scenario.name))
    .name(clean(step.name))
    .file(`${file}:${line}`)
    .time(step.durationMs / 1000)
  const output = renderOutput(step)
  if (output !== '') testCase.standardOutput(clean(output))
  if (step.outcome === 'skipped') testCase.skipped()
  if (step.outcome !== 'failed' && step.outcome !== 'errored') return
  const miss = step.checks.find(({ passed }) => !passed)
  const message = clean(
    step.outcome === 'failed' && miss !== undefined ? `${miss.subject}: ${miss.explanation}` : (step.problem?.message ?? ''),
  )
  const details = clean(renderFailure(step, { ...options, palette: plainPalette }))
  if (step.soft) testCase.standardError(`soft, does not decide: ${details}`)
  else if (step.outcome === 'failed') testCase.failure(message, 'assertion').stacktrace(details)
  else testCase.error(message, step.problem?.code ?? 'error', details)
}

function describeScenario(testCase: TestCase, { name, file, problem, outcome }: ScenarioReport): void {
  testCase
    .className(clean(name))
    .name(clean(name))
    .file(`${file}:${problem?.place?.line ?? 1}`)
  if (outcome === 'skipped') testCase.skipped()
  else if (outcome === 'failed') testCase.failure(clean(problem?.message ?? ''), problem?.code)
  else testCase.error(clean(problem?.message ?? ''), problem?.code)
}

/** XML 1.0 has no place for control characters, in whatever form, nor for halves of a character; `]]>` ends a CDATA section. */
function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Surrogate}|[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(']]>', ']] >')
}
