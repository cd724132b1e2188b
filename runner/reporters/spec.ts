import type { Event, StepResult } from '../../schemas/event.ts'
import { renderProblem } from '../../schemas/render-problem.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { countOf } from '../../system/count-of.ts'
import { emptyReport, foldEvent, standingOf, wholeName } from '../report.ts'
import { renderDuration } from '../time/render-duration.ts'
import { renderEvidence } from './render-evidence.ts'
import { renderOutputs } from './render-outputs.ts'
import { renderFacts, renderFailure, renderReason } from './render-step.ts'
import { renderSummary, tintOutcome } from './render-summary.ts'
import type { Reporter, ReporterKind, ReporterOptions } from './reporter.ts'
import { indent, oneLine, printable } from './visible-text.ts'

/** One line for each step, as it ends; what a log of a pipeline wants. */
export const spec: ReporterKind = {
  summary: 'a line for each step, as it ends',
  create: (options): Reporter => ({ onEvent: createLines(options) }),
}

/** The lines that events leave for good. Of scenarios that run at the same time one speaks at once, the others when their turn has come:
 *  a line alone does not tell whose it is. */
export function createLines(options: ReporterOptions): (event: Event) => string | undefined {
  /** What a scenario has yet to say, in the order of their starts; the first is the one that speaks. */
  const turns = new Map<string, { text: string; ended: boolean }>()
  let report = emptyReport
  return (event) => {
    report = foldEvent(report, event)
    const rendered = event.type === 'run-ended' ? `\n${renderSummary(report, options)}` : renderEvent(event, options)
    const text = rendered === undefined ? '' : `${rendered}\n`
    if (!('scenario' in event)) return text === '' ? undefined : text
    const turn = turns.get(event.scenario) ?? { text: '', ended: false }
    turns.set(event.scenario, { text: turn.text + text, ended: event.type === 'scenario-ended' && event.retried !== true })
    let said = ''
    for (const [scenario, { text: waiting, ended }] of turns) {
      said += waiting
      turns.set(scenario, { text: '', ended })
      if (!ended) break
      turns.delete(scenario)
    }
    return said === '' ? undefined : said
  }
}

/** The lines of an event; undefined for those that pass. */
function renderEvent(event: Event, options: ReporterOptions): string | undefined {
  const { palette } = options
  switch (event.type) {
    case 'run-started':
      return `run ${event.run}: ${countOf(event.scenarios.length, 'scenario')} on testbed ${oneLine(event.testbed)} (${event.target})`
    case 'note':
      return palette.yellow(`note: ${oneLine(event.message)}`)
    case 'scenario-started':
      return renderHead(event, palette)
    case 'step-ended':
      return renderStep(event.step, options)
    case 'scenario-ended': {
      const known = event.knownFailure === undefined ? '' : palette.yellow(` (a known failure: ${oneLine(event.knownFailure)})`)
      const flaky = event.flaky === undefined ? '' : palette.yellow(` (flaky: ${oneLine(event.flaky)})`)
      const given = renderOutputs(event.outputs).map((line) => `\n    output ${line}`)
      const again = event.retried === true ? palette.yellow(': it is tried again') : ''
      const line = `  ${tintOutcome(event.outcome, palette)(event.outcome)} in ${renderDuration(event.durationMs)}${flaky}${known}${again}${given.join('')}`
      if (event.problem === undefined) return line
      const source = event.problem.place === undefined ? undefined : options.source(event.problem.place.file)
      return `${line}\n${indent(renderProblem({ ...event.problem, message: printable(event.problem.message) }, source, palette), '    ')}`
    }
    case 'evidence':
      return `  ${palette.dim(renderEvidence(event.evidence))}`
    case 'run-ended':
    case 'step-started':
    case 'step-retried':
    case 'seen':
    case 'poll':
      return undefined
  }
}

function renderHead({ scenario, file, owner, description }: Extract<Event, { type: 'scenario-started' }>, palette: Palette): string {
  const belongs = owner === undefined ? '' : ` (owner: ${oneLine(owner)})`
  const lines = description === undefined ? [] : description.split('\n').map((line) => `  ${palette.dim(oneLine(line))}`)
  return [`\n${palette.bold(oneLine(scenario))} ${palette.dim(`${oneLine(file)}${belongs}`)}`, ...lines].join('\n')
}

const marks = { passed: 'ok', failed: 'not ok', errored: 'error', skipped: 'skip' } as const

function renderStep(step: StepResult, options: ReporterOptions): string {
  const { palette } = options
  const mark = tintOutcome(step.outcome, palette)(marks[step.outcome].padEnd(6))
  const name = oneLine(wholeName(step))
  if (step.outcome === 'skipped') return `  ${mark} ${name} ${palette.dim(`(${oneLine(step.problem?.message ?? 'skipped')})`)}`
  const soft = tellStanding(step, palette)
  const cause = step.cause === undefined ? '' : `: ${renderReason(step)}`
  const line = `  ${mark} ${name} ${palette.dim(`(${oneLine(renderFacts(step))})`)}${soft}${cause}`
  const warnings = (step.warnings ?? []).map((warning) => palette.yellow(`warning: ${printable(warning)}`))
  const failure = step.outcome === 'passed' ? '' : renderFailure(step, options)
  const below = [...warnings, ...(failure === '' ? [] : [failure])].join('\n')
  return below === '' ? line : `${line}\n${indent(below, '    ')}`
}

function tellStanding(step: StepResult, palette: Palette): string {
  const standing = standingOf(step)
  if (standing === 'known') return palette.yellow(` (known failure: ${oneLine(step.knownFailure ?? '')})`)
  return standing === 'soft' ? palette.yellow(' (soft: it does not decide)') : ''
}
