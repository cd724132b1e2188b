import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StringDecoder } from 'node:string_decoder'
import { $ } from 'zx'
import { OUTPUT_FILE, PROCESS_FILE } from './layout.ts'
import { forgetProcess, killGroup, recordProcess } from './orphan.ts'
import { findProgram } from './program.ts'

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
  /** The first asks Terraform to stop: it finishes what it is in the middle of and saves its state. `kill` does not wait for that. */
  readonly signal?: AbortSignal
  readonly kill?: AbortSignal
  readonly timeoutMs: number
}

/** How often the output is looked at. */
const TAIL_MS = 100

/** How long it may go on after it was asked to stop. */
const GRACE_MS = 300_000

/** Runs Terraform to its end and gives its exit status; a signal counts as 128 and its number.
 *  It writes to a file, not into a pipe: when this process is killed, a pipe would break, and Terraform would die of it before it has
 *  saved its state. Instead it is asked to stop by the kernel (where there is setpriv), and recorded for the next command to wait for. */
export async function runTerraform(run: TerraformRun): Promise<number> {
  const record = join(run.folder, PROCESS_FILE)
  const log = openSync(join(run.folder, OUTPUT_FILE), 'w+', 0o600)
  const setpriv = process.platform === 'linux' ? findProgram('setpriv', run.env['PATH'] ?? '') : undefined
  const prefix = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'INT', '--']
  // The shell makes way for Terraform, so that the process is Terraform's own. Detached: a Ctrl-C in the terminal is for us to pass on.
  const started = $({
    cwd: run.folder,
    env: { ...run.env },
    nothrow: true,
    quiet: true,
    detached: true,
    stdio: ['ignore', log, log],
  })`umask 077; exec ${prefix} ${run.program} ${run.arguments}`
  const pid = started.pid
  if (pid === undefined) throw (await started).cause ?? new Error(`could not start ${run.program}`)
  recordProcess(record, pid, setpriv !== undefined)

  const stop = escalate(pid, run)
  const tail = lineReader(log, run.onLine)
  try {
    const ended: Promise<number> = started.then(({ exitCode, signal }) => exitCode ?? 128 + (signal === 'SIGKILL' ? 9 : 15))
    let status: number | undefined
    while (status === undefined) {
      status = await Promise.race([ended, sleep(TAIL_MS, undefined)])
      tail.read()
    }
    tail.end()
    return status
  } finally {
    stop()
    forgetProcess(record, pid)
    closeSync(log)
  }
}

/** Ends the process by and by: asked once when the signal or the deadline says so, killed after a grace or when `kill` says so. */
function escalate(pid: number, { signal, kill, timeoutMs }: TerraformRun): () => void {
  let grace: NodeJS.Timeout | undefined
  const ask = () => {
    if (grace !== undefined) return
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It has ended by itself just now.
    }
    grace = setTimeout(end, GRACE_MS)
  }
  const end = () => killGroup(pid)
  const deadline = setTimeout(ask, timeoutMs)
  signal?.addEventListener('abort', ask, { once: true })
  kill?.addEventListener('abort', end, { once: true })
  if (signal?.aborted === true) ask()
  if (kill?.aborted === true) end()
  return () => {
    clearTimeout(deadline)
    clearTimeout(grace)
    signal?.removeEventListener('abort', ask)
    kill?.removeEventListener('abort', end)
  }
}

/** Gives the lines that were added to a file since the last look. */
function lineReader(file: number, onLine: (line: string) => void): { readonly read: () => void; readonly end: () => void } {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(65_536)
  let position = 0
  let rest = ''
  const read = () => {
    for (let count = 1; count > 0; position += count) {
      count = readSync(file, chunk, 0, chunk.length, position)
      const lines = (rest + decoder.write(chunk.subarray(0, count))).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(onLine)
    }
  }
  return {
    read,
    end: () => {
      read()
      if (rest !== '') onLine(rest)
    },
  }
}
