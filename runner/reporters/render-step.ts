import { isDeepStrictEqual } from 'node:util'
import type { Polls, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import { renderProblem } from '../../schemas/render-problem.ts'
import { countOf } from '../../system/count-of.ts'
import { renderDuration } from '../time/render-duration.ts'
import { groupChecks } from './group-checks.ts'
import { renderHistory } from './render-history.ts'
import { renderResult } from './render-result.ts'
import { plainPalette } from './reporter.ts'
import type { ReporterOptions } from './reporter.ts'
import { oneLine, printable } from './visible-text.ts'

/** A step in a few words: `http from gateway, 12 attempts in 1m 0s`. */
export function renderFacts({ kind, host, attempts, durationMs, invariant }: StepResult): string {
  const from = host === undefined ? '' : ` from ${host}`
  if (invariant !== undefined) return `invariant, ${kind}${from}, ${renderPolls(invariant)} in ${renderDuration(durationMs)}`
  return `${kind}${from}, ${attempts > 1 ? `${countOf(attempts, 'attempt')} in ` : ''}${renderDuration(durationMs)}`
}

/** What the polls of an invariant came to, in a few words: `312 polls, 99.4 % held, longest gap 204 ms`. */
export function renderPolls({ polls, share, untested, longestGapMs }: Polls): string {
  const unknown = untested === 0 ? '' : `, ${untested} untested`
  // What did not hold once is never told as all of it.
  const percent = Math.floor(share * 1000) / 10
  return `${countOf(polls, 'poll')}, ${percent} % held${unknown}, longest gap ${longestGapMs} ms`
}

/** Why a step did not pass, in one line; of one that another step inside of it decided, which that was. */
export function renderReason(step: StepResult): string {
  if (step.cause !== undefined) return oneLine(`"${step.cause.name}" ${step.outcome}`)
  const [first] = groupChecks(step.checks)
  return oneLine((first?.message ?? step.problem?.message ?? '').split('\n', 1)[0] ?? '')
}

/** Why a step did not pass: each cause once, with its place and three lines of the file, then what was sent and what came back. Empty for a
 *  step that another one inside of it decided: there it is told. */
export function renderFailure(step: StepResult, options: Pick<ReporterOptions, 'source' | 'palette'>): string {
  if (step.cause !== undefined) return ''
  const { palette } = options
  const problems: Problem[] = [
    ...groupChecks(step.checks).map(({ check: { place, implied }, message }) => {
      return { code: implied ? 'implied-assertion' : 'assertion', severity: 'error', place, message } as const
    }),
    ...(step.problem === undefined ? [] : [step.problem]),
  ]
  const blocks = problems.map((problem, index) => {
    // Where several checks stand at the same place, the lines of the file are shown once.
    const repeated = isDeepStrictEqual(problems[index - 1]?.place, problem.place)
    const source = repeated || problem.place === undefined ? undefined : options.source(problem.place.file)
    return renderProblem({ ...problem, message: printable(problem.message) }, source, palette)
  })
  if (step.attempts > 1 && step.invariant === undefined)
    blocks.push(palette.dim(`after ${countOf(step.attempts, 'attempt')} in ${renderDuration(step.durationMs)}`))
  const history = renderHistory(step.history ?? [], palette)
  if (history !== '') blocks.push(history)
  const result = renderOutput(step, palette)
  if (result !== '') blocks.push(result)
  return blocks.join('\n')
}

/** What was sent and what came back; empty when there is nothing to show. */
export function renderOutput({ checks, result }: StepResult, palette = plainPalette): string {
  const failed = checks.filter(({ passed }) => !passed)
  return result === undefined ? '' : renderResult(result, failed, palette)
}
