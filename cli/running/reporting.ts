import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { InputError } from '../../schemas/failure.ts'
import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Event } from '../../schemas/event.ts'
import { reporterKinds } from '../../runner/reporters/index.ts'
import { plainPalette } from '../../runner/reporters/reporter.ts'
import type { Reporter } from '../../runner/reporters/reporter.ts'
import type { RunReport } from '../../runner/report.ts'
import { listOption } from '../command.ts'
import type { Invocation } from '../command.ts'

/** The reporters of a run, driven together: what one of them gets wrong never changes the run. */
export interface Reporting {
  readonly onEvent: (event: Event) => void
  /** Writes the files of the reporters; call it once, also after an interruption. */
  readonly finish: (report: RunReport) => void
}

/** Opens what `--reporter` asks for; on a terminal `live`, elsewhere `spec` when nothing that writes here was asked for.
 *  @throws InputError for a reporter that does not exist */
export function openReporting(invocation: Invocation, source: (file: string) => string | undefined): Reporting {
  const { terminal, cwd } = invocation
  const asked = listOption(invocation, 'reporter').map((text) => {
    const [name = '', file] = text.split(/=(.*)/s)
    return file === undefined || file === '' ? { name } : { name, file: resolve(cwd, file) }
  })
  const chosen = asked.some(({ file }) => file === undefined) ? asked : [{ name: terminal.interactive ? 'live' : 'spec' }, ...asked]
  const open = chosen.map(({ name, file }: { readonly name: string; readonly file?: string }) => {
    const kind = reporterKinds[name]
    if (kind === undefined) throw unknownReporter(name)
    const palette = file === undefined ? terminal.colour : plainPalette
    const reporter = kind.create({ source, palette, ...(file === undefined ? {} : { file }) })
    if (file !== undefined) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, '')
    }
    return { reporter, write: (text: string) => (file === undefined ? terminal.raw(text) : appendFileSync(file, text)) }
  })
  const ticking = terminal.interactive ? startTicking(open) : undefined
  return {
    onEvent: (event) => {
      for (const { reporter, write } of open) {
        const text = reporter.onEvent?.(event)
        if (text !== undefined) write(text)
      }
    },
    finish: (report) => {
      clearInterval(ticking)
      for (const { reporter } of open) {
        for (const { path, text } of reporter.finish?.(report) ?? []) {
          if (path === '-') terminal.raw(text)
          else writeFileSync(path, text)
        }
      }
    },
  }
}

function startTicking(open: readonly { readonly reporter: Reporter; readonly write: (text: string) => void }[]): NodeJS.Timeout {
  const timer = setInterval(() => {
    for (const { reporter, write } of open) {
      const text = reporter.onTick?.(Date.now())
      if (text !== undefined) write(text)
    }
  }, 100)
  timer.unref()
  return timer
}

function unknownReporter(name: string): InputError {
  const names = Object.keys(reporterKinds)
  const hint = didYouMean(name, names)
  return inputError({
    code: 'unknown-reporter',
    message: `there is no reporter "${name}"`,
    expected: names.join(', '),
    hint,
  })
}
