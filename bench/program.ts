import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How to run a program. */
export interface ProgramOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Exit statuses that count as success; 0 unless given. */
  readonly accepted?: readonly number[]
  readonly timeoutMs?: number
  /** Gets what the program writes, piece by piece, as it comes. */
  readonly onOutput?: (text: string) => void
  readonly signal: AbortSignal
}

/** How long a program may go on after it was asked to end. */
const graceMs = 120_000

/** Runs a program and gives what it wrote, both streams together. It has a process group of its own, so that a Ctrl-C reaches it once,
 *  from here, as SIGINT.
 *  @throws Error with the end of its output when it fails, takes too long, or is interrupted */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { cwd, env = process.env, accepted = [0], timeoutMs = 900_000, signal } = options
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        options.onOutput?.(text)
      })
    let late: NodeJS.Timeout | undefined
    const stop = () => {
      child.kill('SIGINT')
      late ??= setTimeout(() => child.kill('SIGKILL'), graceMs)
    }
    const timer = setTimeout(stop, timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', reject)
    child.once('close', (code, killedBy) => {
      clearTimeout(timer)
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      if (code !== null && accepted.includes(code)) return resolve(output)
      const reason = late === undefined ? '' : signal.aborted ? ', interrupted' : `, after more than ${timeoutMs / 1000} s`
      reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? killedBy}${reason}\n${output.slice(-3000)}`))
    })
  })
}

/** Runs `titus-bed`: the built one when the benchmark is built, else from source. */
export function titusBed(args: readonly string[], options: ProgramOptions): Promise<string> {
  const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../cli/main.ts' : '../cli/start.cjs', import.meta.url))
  const env = { ...(options.env ?? process.env), CI: 'true' }
  return runProgram(process.execPath, [...process.execArgv, main, ...args], { ...options, env })
}
