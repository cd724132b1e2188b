import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { reporterKinds } from '../../runner/reporters/index.ts'
import type { ReporterKind } from '../../runner/reporters/reporter.ts'
import { InputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { listOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { findTarget, isRefusal } from './report-target.ts'
import type { ReportTarget } from './report-target.ts'

/** A reporter that was asked for, and where it writes. */
export interface ChosenReporter {
  readonly name: string
  readonly kind: ReporterKind
  readonly target: ReportTarget
}

/**
 * What `--reporter` asks for; on a terminal `live`, elsewhere `spec` when nothing that writes there was asked for. Nothing is touched yet.
 *
 * @param inputs  files that no report may overwrite
 * @throws InputError for all that is wrong: a reporter that does not exist, a file that cannot be written, two reports at the same place
 */
export function chooseReporters(invocation: Invocation, inputs: readonly string[]): readonly ChosenReporter[] {
  const { terminal, cwd } = invocation
  const problems: Problem[] = []
  const chosen: ChosenReporter[] = []
  const files = new Set(inputs.map((file) => realPath(resolve(cwd, file))))
  for (const text of listOption(invocation, 'reporter')) {
    const [name = '', file] = text.split(/=(.*)/s)
    const kind = Object.hasOwn(reporterKinds, name) ? reporterKinds[name] : undefined
    const target = file === undefined || file === '' ? ({ kind: 'output' } as const) : findTarget(file, cwd)
    if (kind === undefined) problems.push(unknownReporter(name))
    else if (isRefusal(target)) problems.push(refuse(text, target.message, target.hint))
    else if (chosen.some((other) => isSamePlace(other.target, target)))
      problems.push(refuse(text, `another report goes ${tellPlace(target)} already`, 'give each report a file of its own'))
    else if (target.kind === 'file' && files.has(target.path))
      problems.push(refuse(text, `${target.path} is one of the files of this run, which the report would replace`, 'name another file'))
    else chosen.push({ name, kind, target })
  }
  if (problems.length > 0) throw new InputError(problems)
  if (chosen.some(({ target }) => target.kind === 'output')) return chosen
  const name = terminal.interactive ? 'live' : 'spec'
  const kind = reporterKinds[name]
  return kind === undefined ? chosen : [{ name, kind, target: { kind: 'output' } }, ...chosen]
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function isSamePlace(a: ReportTarget, b: ReportTarget): boolean {
  if (a.kind === 'file' && b.kind === 'file') return a.path === b.path
  if (a.kind === 'descriptor' && b.kind === 'descriptor') return a.descriptor === b.descriptor
  return a.kind === b.kind
}

function tellPlace(target: ReportTarget): string {
  return target.kind === 'output'
    ? 'to the standard output'
    : `to ${target.kind === 'file' ? target.path : `descriptor ${target.descriptor}`}`
}

function refuse(text: string, message: string, hint: string): Problem {
  return { code: 'bad-report', severity: 'error', message: `--reporter ${text}: ${message}`, hint }
}

function unknownReporter(name: string): Problem {
  const names = Object.keys(reporterKinds)
  return {
    code: 'unknown-reporter',
    severity: 'error',
    message: `there is no reporter "${name}"`,
    expected: names.join(', '),
    hint: didYouMean(name, names),
  }
}
