import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { $ } from 'zx/core'
import { outputFile, processFile } from './layout.ts'
import { readLines } from './line-reader.ts'
import { forgetProcess, killGroup, recordProcess } from './orphan.ts'

/** How to run Terraform once. Times are in milliseconds. */
export interface TerraformRun {
  /** The program: an absolute path. */
  readonly program: string
  readonly arguments: readonly string[]
  /** The folder to work in. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Called with every line of its output, both streams, while it runs. */
  readonly onLine: (line: string) => void
  /** Asks Terraform to stop: it finishes what it can and saves its state. */
  readonly signal?: AbortSignal
  /** Ends it at once. */
  readonly kill?: AbortSignal
  /** Whether this is a good moment to ask. Terraform drops the requests that are on their way when it is asked, and so would forget
   *  what was made by them a moment ago. */
  readonly isCalm?: () => boolean
  readonly timeoutMs: number
  /** How long it may go on after it was asked; five minutes unless given. What changes nothing needs hardly any. */
  readonly graceMs?: number
}

/** How often the output is looked at. */
const tailMs = 100

/** How long to wait for a good moment. */
const calmWithinMs = 30_000

/** How long it may go on after it was asked, where it is not said: it saves what it made. */
const longGraceMs = 300_000

/** Runs Terraform to its end and gives its exit status; a signal counts as 128 and its number.
 *  It writes to a file, not into a pipe: when this process is killed, a pipe would break, and Terraform would die of it before it has
 *  saved its state. Instead it finishes alone, and is recorded for the next command to wait for (see `awaitOrphan`). */
export async function runTerraform(run: TerraformRun): Promise<number> {
  const record = join(run.folder, processFile)
  const log = openSync(join(run.folder, outputFile), 'w+', 0o600)
  // The shell makes way for Terraform, so that the process is Terraform's own. Detached: a Ctrl-C in the terminal is for us to pass on.
  const started = $({
    cwd: run.folder,
    env: { ...run.env },
    nothrow: true,
    quiet: true,
    detached: true,
    stdio: ['ignore', log, log],
  })`umask 077; exec ${run.program} ${run.arguments}`
  const pid = started.pid
  if (pid === undefined) throw (await started).cause ?? new Error(`could not start ${run.program}`)
  recordProcess(record, pid)

  const output = readLines(log, run.onLine)
  const stopIfAsked = stopper(pid, run)
  try {
    const ended: Promise<number> = started.then(
      ({ exitCode, signal }) => exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    )
    let status: number | undefined
    while (status === undefined) {
      status = await Promise.race([ended, sleep(tailMs, undefined)])
      output.read()
      stopIfAsked()
    }
    output.end()
    return status
  } finally {
    forgetProcess(record, pid)
    closeSync(log)
  }
}

/** What is to be done about the process whenever it is looked at: asked once to stop, at a good moment, and killed when it does not. */
function stopper(pid: number, { signal, kill, isCalm, timeoutMs, graceMs = longGraceMs }: TerraformRun): () => void {
  const began = performance.now()
  let wantedAt: number | undefined
  let askedAt: number | undefined
  return () => {
    const now = performance.now()
    if (signal?.aborted === true || now - began > timeoutMs) wantedAt ??= now
    if (kill?.aborted === true || (askedAt !== undefined && now - askedAt > graceMs)) return killGroup(pid)
    if (wantedAt === undefined || askedAt !== undefined) return
    if (isCalm?.() === false && now - wantedAt < calmWithinMs) return
    askedAt = now
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It has ended by itself just now.
    }
  }
}
