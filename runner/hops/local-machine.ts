import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBoundedOutput } from './bounded-output.ts'
import { cutOutputs, lingerMs } from './cut-outputs.ts'
import type { ExecOptions, Exit } from './exit.ts'
import { dialFromHere } from './local-dial.ts'
import type { Machine } from './machine.ts'
import { quoteWord, renderExports } from './remote-command.ts'

/** This computer, for `host: local`. Commands get the same clean environment as on a machine, with this computer's PATH. */
export function createLocalMachine(): Machine {
  return { name: 'local', exec: execHere, pipe: pipeHere, dial: dialFromHere }
}

type End = Pick<Exit, 'ended' | 'exitCode' | 'signal'> & { readonly lingering: boolean }

async function execHere(argv: readonly string[], options: ExecOptions): Promise<Exit> {
  // A command that could not be sent to any other machine is refused on this one too.
  argv.forEach(quoteWord)
  renderExports(options.env ?? {})
  const startedAt = performance.now()
  const stdout = createBoundedOutput(options.outputLimitBytes)
  const stderr = createBoundedOutput(options.outputLimitBytes)
  const env = { ...cleanEnvironment(), ...options.env }
  // The command gets a process group of its own, so that all that it starts can be ended with it.
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    env,
    detached: true,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  endWithUs(child)
  const { savers = {} } = options
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout.add(chunk)
    savers.stdout?.(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr.add(chunk)
    savers.stderr?.(chunk)
  })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.stdin)
  const { lingering, ...end } = await new Promise<End>((resolve) => {
    const none = { exitCode: null, signal: null, lingering: false }
    const timer = setTimeout(() => resolve({ ended: 'timeout', ...none }), options.timeoutMs)
    const cancel = () => resolve({ ended: 'cancelled', ...none })
    options.signal.addEventListener('abort', cancel, { once: true })
    if (options.signal.aborted) cancel()
    child.once('error', (error) => {
      stderr.add(Buffer.from(`${error.message}\n`))
      resolve({ ended: 'exit', exitCode: 127, signal: null, lingering: false })
    })
    const judge = (code: number | null, signal: NodeJS.Signals | null, lingering: boolean) =>
      resolve({ ended: code === null ? 'signal' : 'exit', exitCode: code, signal: signal?.replace(/^SIG/, '') ?? null, lingering })
    child.once('exit', (code, signal) => {
      const linger = setTimeout(() => judge(code, signal, true), lingerMs).unref()
      // What still flows is waited for.
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => linger.refresh())
    })
    child.once('close', (code, signal) => judge(code, signal, false))
    void Promise.allSettled([once(child, 'close')]).then(() => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', cancel)
    })
  })
  const cleared = end.ended === 'timeout' || end.ended === 'cancelled' ? await endGroup(child.pid) : true
  child.stdout?.destroy()
  child.stderr?.destroy()
  const texts = { stdout: stdout.text(), stderr: stderr.text() }
  return {
    ...end,
    cleared,
    ...texts,
    cut: cutOutputs(stdout.cut(), stderr.cut(), lingering ? 'open' : undefined, texts),
    durationMs: Math.round(performance.now() - startedAt),
  }
}

async function pipeHere(argv: readonly string[], options: { readonly timeoutMs: number; readonly signal: AbortSignal }): Promise<Duplex> {
  const child = spawn(argv[0] ?? '', argv.slice(1), { env: cleanEnvironment(), detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  endWithUs(child)
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  const timer = setTimeout(() => stream.destroy(), options.timeoutMs)
  const stop = () => stream.destroy()
  options.signal.addEventListener('abort', stop, { once: true })
  stream.on('error', () => undefined)
  stream.once('close', () => {
    clearTimeout(timer)
    options.signal.removeEventListener('abort', stop)
    void endGroup(child.pid)
  })
  child.once('error', (error) => stream.destroy(error))
  return stream
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], USER: process.env['USER'], LANG: 'C.UTF-8' }
}

/** The groups of the commands that run now. */
const running = new Set<number>()

/** Lets a command end with this process when that ends before it: what is typed at a terminal reaches our group alone. */
function endWithUs(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  if (running.size === 0) process.once('exit', endRunning)
  running.add(pid)
  child.once('exit', () => {
    running.delete(pid)
    if (running.size === 0) process.off('exit', endRunning)
  })
}

function endRunning(): void {
  for (const pid of running) signalGroup(pid, 'SIGKILL')
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal)
  } catch {
    return false
  }
}

async function endGroup(pid: number | undefined): Promise<boolean> {
  if (pid === undefined) return true
  const send = (signal: NodeJS.Signals | 0) => signalGroup(pid, signal)
  send('SIGTERM')
  for (let waited = 0; waited < 2000 && send(0); waited += 50) await sleep(50)
  send('SIGKILL')
  for (let waited = 0; waited < 500 && send(0); waited += 50) await sleep(50)
  return !send(0)
}
