import type { Outcome, StepResult } from '../../schemas/event.ts'
import { standingOf } from '../report.ts'
import type { ScenarioReport } from '../report.ts'
import { renderOutputs } from './render-outputs.ts'
import { oneLine } from './visible-text.ts'

/** What follows the name of a test point. */
interface Directive {
  readonly skipped?: string | undefined
  readonly todo?: string | undefined
  readonly durationMs?: number
}

/** A test point, as TAP 13 and 14 write it: one line, its name escaped. The time is a comment, as tap-parser reads it. */
export function describePoint(ok: boolean, number: number, name: string, { skipped, todo, durationMs }: Directive = {}): string {
  const directive =
    skipped !== undefined
      ? ` # SKIP ${escapeTap(skipped)}`
      : todo !== undefined
        ? ` # TODO ${escapeTap(todo)}`
        : durationMs !== undefined
          ? ` # time=${durationMs}ms`
          : ''
  return `${ok ? 'ok' : 'not ok'} ${number} - ${escapeTap(name)}${directive}`
}

/** What a point that is not `ok` says when it does not decide. */
export function todoOf(step: StepResult): string | undefined {
  const standing = standingOf(step)
  if (standing === 'known') return `known failure: ${step.knownFailure ?? ''}`
  return standing === 'soft' ? 'soft' : undefined
}

/** What there is to say of a scenario besides its outcome, as comments. */
export function renderTells({
  owner,
  description,
  knownFailure,
  outputs,
}: Pick<ScenarioReport, 'owner' | 'description' | 'knownFailure' | 'outputs'>): string {
  const tells = { owner, description, 'known failure': knownFailure }
  const told = Object.entries(tells).flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]))
  const given = renderOutputs(outputs).map((line) => `output ${line}`)
  return [...told, ...given].map((line) => `# ${escapeTap(line)}\n`).join('')
}

/** Whether a point of such an outcome is `ok`. */
export function isOk(outcome: Outcome): boolean {
  return outcome === 'passed' || outcome === 'skipped'
}

/** The warnings of a step, as comments behind its point. */
export function renderWarnings({ warnings = [] }: Pick<StepResult, 'warnings'>): string {
  return warnings.map((warning) => `# warning: ${escapeTap(warning)}\n`).join('')
}

/** What makes a scenario flaky, as a comment behind its point. */
export function renderFlaky({ name, flaky }: { readonly name: string; readonly flaky?: string }): string {
  return flaky === undefined ? '' : `# flaky: ${escapeTap(name)}: ${escapeTap(flaky)}\n`
}

/** `#` begins a directive, a line end the next line. */
export function escapeTap(text: string): string {
  return oneLine(text).replace(/[\\#]/g, '\\$&').trim()
}
