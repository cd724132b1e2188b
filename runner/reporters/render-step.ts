import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util'
import type { StepResult } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import { renderProblem } from '../../schemas/render-problem.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { renderDuration } from '../time/render-duration.ts'
import type { ReporterOptions } from './reporter.ts'
import { plainPalette } from './reporter.ts'
import { countOf } from '../../system/count-of.ts'

/** How much of an output is shown: its end. */
const shownLines = 20

/** A step in a few words: `http from gateway, 12 attempts in 1m 0s`. */
export function renderFacts({ kind, host, attempts, durationMs }: StepResult): string {
  const from = host === undefined ? '' : ` from ${host}`
  return `${kind}${from}, ${attempts > 1 ? `${attempts} attempts in ` : ''}${renderDuration(durationMs)}`
}

/** Why a step did not pass: each thing with its place and three lines of the file, then what was sent and what came back. */
export function renderFailure(step: StepResult, options: Pick<ReporterOptions, 'source' | 'palette'>): string {
  const { palette } = options
  const problems: Problem[] = [
    ...step.checks
      .filter(({ passed }) => !passed)
      .map(({ subject, explanation, place, implied }) => {
        return {
          code: implied ? 'implied-assertion' : 'assertion',
          severity: 'error',
          place,
          message: `${subject}: ${explanation}`,
        } as const
      }),
    ...(step.problem === undefined ? [] : [step.problem]),
  ]
  const blocks = problems.map((problem, index) => {
    // Where several checks stand at the same place, the lines of the file are shown once.
    const repeated = isDeepStrictEqual(problems[index - 1]?.place, problem.place)
    const source = repeated || problem.place === undefined ? undefined : options.source(problem.place.file)
    return renderProblem({ ...problem, message: printable(problem.message) }, source, palette)
  })
  if (step.attempts > 1) blocks.push(palette.dim(`after ${step.attempts} attempts in ${renderDuration(step.durationMs)}`))
  const result = step.result === undefined ? '' : renderResult(step.result, palette)
  if (result !== '') blocks.push(result)
  return blocks.join('\n')
}

/** What was sent and what came back, without colours; empty when there is nothing to show. */
export function renderOutput(step: StepResult): string {
  return step.result === undefined ? '' : renderResult(step.result, plainPalette)
}

/** Texts of a result that are shown whole, and under which heading. */
const shown = ['command', 'request', 'status', 'exit', 'signal', 'grid', 'identities', 'cut', 'stdout', 'stderr', 'body', 'text']

function renderResult(result: Json, palette: Palette): string {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return ''
  const entries = result as JsonObject
  const keys = shown.filter((key) => !isEmpty(entries[key]))
  if (keys.length === 0) {
    // The result of a step on several hosts is a map of results, one for each host.
    const parts = Object.entries(entries).map(([host, inner]) => [host, renderResult(inner, palette)] as const)
    return parts.flatMap(([host, text]) => (text === '' ? [] : [`${palette.bold(host)}\n${indent(text)}`])).join('\n')
  }
  return keys.map((key) => renderPart(key, entries[key] as Json, palette)).join('\n')
}

function renderPart(key: string, value: Json, palette: Palette): string {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value)).trimEnd()
  const lines = text.split('\n')
  if (lines.length === 1) return `${palette.dim(`${key}:`)} ${text}`
  const cut = lines.length - shownLines
  return [
    palette.dim(`${key}:`),
    ...(cut > 0 ? [palette.dim(`  … ${countOf(cut, 'line')} before`)] : []),
    indent(lines.slice(-shownLines).join('\n')),
  ].join('\n')
}

/** A text from a machine without what would move a terminal's cursor or change its colours. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, '\ufffd')
}

/** Every line two columns (or `by`) to the right. */
export function indent(text: string, by = '  '): string {
  return text.replace(/^(?=.)/gm, by)
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}
