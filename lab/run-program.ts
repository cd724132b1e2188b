import { spawn } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { $ } from 'zx/core'

/** How to run a program to its end. */
export interface ProgramOptions {
  /** What it reads on its standard input; without it there is nothing to read. */
  readonly input?: string
  readonly env?: Readonly<NodeJS.ProcessEnv>
  readonly deadlineMs?: number
}

/** How the programs are ended that run now: none outlives this process. */
const endings = new Set<() => void>()
process.on('exit', () => endings.forEach((end) => end()))

/**
 * Runs a program by zx, itself and not by a shell: that saves a bash for each of the dozens of calls that a machine's boot takes,
 * and leaves no value to be quoted.
 * @returns  what it printed
 * @throws Error with its name and what it said when it ends with another code than 0 or not within the deadline (20 seconds);
 *         the error of the system when it cannot be started
 */
export async function runProgram(
  argv: readonly string[],
  { input = '', env = process.env, deadlineMs = 20_000 }: ProgramOptions = {},
): Promise<string> {
  const [file = '', ...args] = argv
  // Programs run in the folder that we are in: zx would name the one that it was loaded in, which may be gone.
  const start = (_: string, __: readonly string[], options: SpawnOptions) => spawn(file, args, { ...options, cwd: undefined, shell: false })
  const stdin = input === '' ? 'ignore' : 'pipe'
  const run = $({ quiet: true, nothrow: true, env, input, stdio: [stdin, 'pipe', 'pipe'], spawn: start as typeof spawn })`${argv}`
  // A program that ends before it has read everything is judged by how it ends.
  run.child?.stdin?.on('error', () => undefined)
  const kill = () => void run.child?.kill('SIGKILL')
  const deadline = setTimeout(kill, deadlineMs)
  endings.add(kill)
  const { cause, exitCode, signal, stdout, stderr } = await run
  clearTimeout(deadline)
  endings.delete(kill)
  if (cause !== undefined && cause !== null) throw cause
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${signal ?? `code ${exitCode}`}: ${stderr.trim()}`)
  return stdout
}

/** Runs openssl, by no configuration of this computer's, within 30 seconds. @param input  what it reads @returns what it printed */
export function runOpenssl(argv: readonly string[], input = ''): Promise<string> {
  return runProgram(['openssl', ...argv], {
    input,
    deadlineMs: 30_000,
    env: { PATH: process.env['PATH'] ?? '', OPENSSL_CONF: '/dev/null' },
  })
}
