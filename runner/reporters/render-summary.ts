import type { Outcome } from '../../schemas/event.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { countOf } from '../../system/count-of.ts'
import { countSteps, unmetClaims, standingOf, tellAssertions, wholeName } from '../report.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { renderDuration } from '../time/render-duration.ts'
import { groupChecks } from './group-checks.ts'
import { renderReason } from './render-step.ts'
import type { ReporterOptions } from './reporter.ts'
import { oneLine } from './visible-text.ts'
import { whereabouts } from './whereabouts.ts'

/** One colour for each outcome. */
export function tintOutcome(outcome: Outcome, palette: Palette): (text: string) => string {
  return { passed: palette.cyan, failed: palette.red, errored: palette.red, skipped: palette.yellow }[outcome]
}

/** The last lines of a run: what did not pass and how to run it again, how much came to what, how long it took. */
export function renderSummary(report: RunReport, { palette, again }: Pick<ReporterOptions, 'palette' | 'again'>): string {
  const { counts, interrupted, durationMs } = report
  const red = report.scenarios.filter(({ outcome }) => outcome === 'failed' || outcome === 'errored')
  const files = [...new Set(red.map(({ file }) => file))]
  const failures = red.flatMap((scenario) => listFailures(scenario, palette))
  const { soft, known, ...steps } = countSteps(report)
  const softly = [
    ...(soft === 0 ? [] : [palette.yellow(`${soft} soft`)]),
    ...(known === 0 ? [] : [palette.yellow(`${known} known to fail`)]),
  ]
  const flaky = report.scenarios.flatMap(({ name, flaky: why }) => (why === undefined ? [] : [`flaky: ${oneLine(name)}: ${oneLine(why)}`]))
  const scenarios = [...countOutcomes(counts, palette), ...(report.flaky === undefined ? [] : [palette.yellow(`${report.flaky} flaky`)])]
  const line = [
    scenarios.length === 0 ? 'no scenario ran' : `scenarios: ${scenarios.join(', ')}`,
    `steps: ${[...countOutcomes(steps, palette), ...softly].join(', ') || 'none'}`,
    `${tellAssertions(report)} in ${renderDuration(durationMs)}`,
  ].join('; ')
  const late = report.scenarios.flatMap(({ steps }) => steps).flatMap(({ warnings }) => warnings ?? [])
  const notes = [
    ...flaky,
    ...(late.length === 0 ? [] : [`${countOf(late.length, 'warning')}: see above`]),
    ...report.scenarios.flatMap(({ name, knownFailure }) =>
      knownFailure === undefined ? [] : [`known to fail: ${oneLine(name)}: ${oneLine(knownFailure)}`],
    ),
    ...(interrupted ? ['the run was interrupted: this is what is known of it'] : []),
    ...unmetClaims(report).map(({ message }) => oneLine(message)),
  ]
  return [
    ...(failures.length === 0 ? [] : ['not passed:', ...failures, '']),
    ...(files.length === 0 ? [] : [`${palette.dim('run it again:')} ${again(files)}`, '']),
    line,
    ...notes.map((note) => palette.yellow(note)),
  ].join('\n')
}

function countOutcomes(counts: Readonly<Record<Outcome, number>>, palette: Palette): readonly string[] {
  return (['passed', 'failed', 'errored', 'skipped'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => tintOutcome(outcome, palette)(`${counts[outcome]} ${outcome}`))
}

/** The most of a reason that stands in the list, in characters. */
const widestReason = 120

/** A line for each thing that made a scenario red: its place, its name, its reason. A step that another one inside of it decided is not listed
 *  beside that. */
function listFailures({ name, file, steps, outcome, problem }: ScenarioReport, palette: Palette): readonly string[] {
  const line = (place: Place | undefined, outcome: Outcome, subject: string, reason: string) => {
    const where = place === undefined ? file : whereabouts(place)
    const why = reason.length <= widestReason ? reason : `${reason.slice(0, widestReason)}…`
    return `  ${palette.bold(oneLine(where))}: ${tintOutcome(outcome, palette)(outcome)}: ${oneLine(subject)}: ${oneLine(why)}`
  }
  const own = steps
    .filter((step) => step.cause === undefined && ['failed', 'errored'].includes(standingOf(step)))
    .map((step) => {
      const [first] = groupChecks(step.checks)
      const place = first?.check.place ?? step.problem?.place ?? step.place
      return line(place, step.outcome, `${name} › ${wholeName(step)}`, renderReason(step))
    })
  return problem === undefined ? own : [...own, line(problem.place, outcome, name, problem.message.split('\n', 1)[0] ?? '')]
}
