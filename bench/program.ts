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
  /** Called with its process id; what it gives is called when the program has ended. */
  readonly onStart?: (pid: number) => () => void
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
    const onEnd = child.pid === undefined ? undefined : options.onStart?.(child.pid)
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
      onEnd?.()
      signal.removeEventListener('abort', stop)
      if (code !== null && accepted.includes(code)) return resolve(output)
      const reason = late === undefined ? '' : signal.aborted ? ', interrupted' : `, after more than ${timeoutMs / 1000} s`
      reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? killedBy}${reason}\n${output.slice(-3000)}`))
    })
  })
}

/** The program, and its arguments, that are `titus-bed` with these arguments: the built one when the benchmark is built, else from source. */
export function commandLine(args: readonly string[]): readonly [string, ...string[]] {
  const main = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../cli/main.ts' : '../cli/start.cjs', import.meta.url))
  return [process.execPath, ...process.execArgv.filter((option) => option !== '--expose-gc'), main, ...args]
}

/** Runs `titus-bed`. */
export function titusBed(args: readonly string[], options: ProgramOptions): Promise<string> {
  const [program, ...rest] = commandLine(args)
  return runProgram(program, rest, { ...options, env: { ...(options.env ?? process.env), CI: 'true' } })
}
