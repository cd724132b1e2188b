import type { StepResult } from '../../schemas/event.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { unmetClaims, standingOf, wholeName } from '../report.ts'
import { tellApart } from '../../system/tell-apart.ts'
import { renderFailure, renderOutput, renderPolls, renderReason } from './render-step.ts'
import { plainPalette } from './reporter.ts'
import type { Reporter, ReporterKind, ReporterOptions } from './reporter.ts'
import { showOutput } from './render-outputs.ts'
import { renderElement } from './xml.ts'
import type { Element } from './xml.ts'
import { oneLine, printable } from './visible-text.ts'

/** JUnit XML as Jenkins, GitLab and GitHub's actions read it: a suite for each scenario, a case for each step, also for those that hold others.
 *  A claim that is false is a `failure`, one that could not be tested an `error`. Names of cases differ: GitLab keeps one of equal ones. */
export const junit: ReporterKind = {
  summary: 'JUnit XML, for Jenkins, GitLab and others',
  create: (options): Reporter => ({ finish: (report) => renderJunit(report, options) }),
}

/** A whole run. */
function renderJunit(report: RunReport, options: Pick<ReporterOptions, 'source'>): string {
  const names = tellApart(report.scenarios.map(({ name }) => oneLine(name)))
  const suites = report.scenarios.map((scenario, index) =>
    describeScenario(scenario, names[index] ?? '', options, index === 0 ? report.notes : []),
  )
  const faults = unmetClaims(report)
  const claims = tellApart(faults.map(({ claim }) => claim))
  const ofRun = faults.map(({ outcome, message }, index) => ({
    name: 'testcase',
    attributes: { classname: 'titus-bed', name: claims[index] ?? '' },
    children: [{ name: outcome === 'failed' ? 'failure' : 'error', attributes: { message: oneLine(message), type: outcome } }],
  }))
  const all = faults.length === 0 ? suites : [...suites, describeSuite('titus-bed', {}, ofRun)]
  const sums = ['tests', 'failures', 'errors'].map((key) => [key, all.reduce((sum, { attributes }) => sum + Number(attributes[key]), 0)])
  const attributes = { name: oneLine(`titus-bed ${report.testbed}`), time: seconds(report.durationMs), ...Object.fromEntries(sums) }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement({ name: 'testsuites', attributes, children: all })}\n`
}

function describeScenario(
  scenario: ScenarioReport,
  classname: string,
  options: Pick<ReporterOptions, 'source'>,
  ofRun: readonly string[],
): Element {
  const { steps, problem, file, startedAt, durationMs, owner, description, knownFailure, flaky, outputs } = scenario
  const own = { owner, description, 'known failure': knownFailure, flaky }
  const notes = [
    ...ofRun.map((note) => ['note', note] as const),
    ...Object.entries(own).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...Object.entries(outputs ?? {}).map(([name, value]) => [`output ${name}`, showOutput(value)] as const),
  ]
  const names = tellApart([...steps.map((step) => oneLine(wholeName(step))), 'the scenario itself'])
  const cases = steps.map((step, index) => ({
    name: 'testcase',
    attributes: {
      classname,
      name: names[index] ?? '',
      file: step.place.file,
      line: step.place.line,
      assertions: step.checks.length,
      time: seconds(step.durationMs),
    },
    children: describeStep(step, options),
  }))
  const itself = {
    name: 'testcase',
    attributes: { classname, name: names.at(-1) ?? '', file: problem?.place?.file ?? file, line: problem?.place?.line ?? 1, time: 0 },
    children: [
      ...describeProblem(scenario),
      ...textElement('system-err', scenario.flaky === undefined ? '' : `flaky: ${printable(scenario.flaky)}`),
    ],
  }
  // Consumers take a time without a zone for UTC.
  const timestamp = new Date(startedAt).toISOString().slice(0, 19)
  return describeSuite(
    classname,
    { timestamp, time: seconds(durationMs) },
    problem === undefined && scenario.flaky === undefined ? cases : [...cases, itself],
    notes,
  )
}

function describeSuite(
  name: string,
  attributes: Element['attributes'],
  cases: readonly Element[],
  notes: readonly (readonly [name: string, value: string])[] = [],
): Element {
  const count = (outcome: string) => cases.filter(({ children = [] }) => children.some((child) => child.name === outcome)).length
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') }
  // A note is of the whole run, for which the format has no place.
  const properties = notes.map(([key, value]): Element => ({ name: 'property', attributes: { name: key, value: oneLine(value) } }))
  const head: readonly Element[] = properties.length === 0 ? [] : [{ name: 'properties', attributes: {}, children: properties }]
  return { name: 'testsuite', attributes: { name, ...attributes, ...counts }, children: [...head, ...cases] }
}

function describeStep(step: StepResult, options: Pick<ReporterOptions, 'source'>): readonly Element[] {
  const standing = standingOf(step)
  const message = renderReason(step)
  if (standing === 'skipped') return [{ name: 'skipped', attributes: { message } }]
  const polls = step.invariant === undefined ? [] : [renderPolls(step.invariant)]
  if (standing === 'passed')
    return [
      ...textElement('system-out', [...polls, renderOutput(step)].filter((text) => text !== '').join('\n')),
      ...textElement('system-err', (step.warnings ?? []).map((warning) => `warning: ${printable(warning)}`).join('\n')),
    ]
  const details = renderFailure(step, { ...options, palette: plainPalette })
  if (standing === 'soft') return textElement('system-err', `soft, does not decide: ${details}`)
  if (standing === 'known') return textElement('system-err', `known failure (${step.knownFailure ?? ''}), does not decide: ${details}`)
  const name = standing === 'failed' ? 'failure' : 'error'
  const type = step.problem?.code ?? (standing === 'failed' ? 'assertion' : 'error')
  return [
    { name, attributes: { message, type }, ...(details === '' ? {} : { text: details }) },
    ...textElement('system-out', polls.join('')),
  ]
}

function textElement(name: string, text: string): readonly Element[] {
  return text === '' ? [] : [{ name, attributes: {}, text }]
}

function describeProblem({ outcome, problem }: ScenarioReport): readonly Element[] {
  if (problem === undefined) return []
  const name = outcome === 'skipped' ? 'skipped' : outcome === 'failed' ? 'failure' : 'error'
  const message = oneLine(problem.message)
  return [{ name, attributes: outcome === 'skipped' ? { message } : { message, type: problem.code } }]
}

function seconds(milliseconds: number): number {
  return milliseconds / 1000
}
