import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { TestbedError } from '../../schemas/failure.ts'
import type { LabConnection, Progress } from '../lab.ts'
import { buildEnvironment } from './namespaces.ts'
import { buildNodeCommand } from './node-program.ts'
import { stopBundle } from './stop-bundle.ts'
import type { SupervisorMessage } from './messages.ts'

/** What a bundle is started with. */
export interface BundleOptions {
  /** Holds the sockets, the log and whatever the program keeps. Made if absent (mode 0700). */
  readonly stateDir: string
  /** The command line that runs inside the namespaces: it speaks `RegionMessage`s on descriptor 3, and the lab lives as long as it does. */
  readonly program: readonly string[]
  readonly deadlineMs: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

/**
 * Starts a supervisor with its bundle of namespaces and waits until the program inside says that it is ready.
 * What a former lab left in the folder is swept first; what was started is taken down again when it fails, when the deadline passes and when the signal comes.
 * @throws TestbedError with the end of the log; the signal's reason
 */
export async function startBundle(options: BundleOptions): Promise<LabConnection> {
  const { stateDir, signal } = options
  signal?.throwIfAborted()
  await stopBundle(stateDir)
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const logFile = join(stateDir, 'supervisor.log')
  const log = openSync(logFile, 'w', 0o600)
  const [file = '', ...args] = buildNodeCommand(new URL('./supervisor.ts', import.meta.url), stateDir, ...options.program)
  const environment = buildEnvironment(process.env)
  // The supervisor is not started by zx: it outlives us, writes to a file of its own and speaks on a fourth descriptor.
  const supervisor = spawn(file, args, { stdio: ['ignore', log, log, 'pipe'], detached: true, env: environment })
  closeSync(log)
  const deadline = AbortSignal.timeout(options.deadlineMs)
  const ending = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
  let last = 'starting'
  try {
    return await new Promise<LabConnection>((resolve, reject) => {
      const fail = (reason: string): void => reject(new Error(reason))
      const giveUp = (): void => fail(`not ready within ${options.deadlineMs} ms; last heard: ${last}`)
      // A listener would not hear of an abort that has come already.
      if (ending.aborted) return giveUp()
      ending.addEventListener('abort', giveUp, { once: true })
      supervisor.once('error', reject)
      supervisor.once('exit', (code, by) => fail(`its supervisor ended (${by ?? `code ${code}`})`))
      createInterface({ input: supervisor.stdio[3] as Readable }).on('line', (line) => {
        const message = JSON.parse(line) as SupervisorMessage
        if (message.type === 'ready') return resolve(message.connection)
        if (message.type === 'failed') return fail(message.reason)
        last = message.line
        options.progress(message.line)
      })
    })
  } catch (error) {
    const log = readLastLines(logFile, 15)
    // The supervisor is ended here too, since its lab.json may not be there yet, and what it would start must not outlive this call.
    if (supervisor.kill('SIGKILL')) await once(supervisor, 'exit')
    await stopBundle(stateDir)
    signal?.throwIfAborted()
    throw new TestbedError(`the lab did not start: ${(error as Error).message}\n${log}`, { cause: error, hint: 'titus-bed doctor' })
  } finally {
    supervisor.unref()
    ;(supervisor.stdio[3] as Readable).destroy()
  }
}

function readLastLines(file: string, count: number): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}
