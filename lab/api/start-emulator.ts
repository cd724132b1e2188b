import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { TestbedError } from '../../schemas/failure.ts'

import { findPython } from './find-python.ts'

const program = fileURLToPath(new URL('../emulator/main.py', import.meta.url))
const emulatorLog = 'emulator.log'
const startDeadlineMs = 60_000
const stopDeadlineMs = 3_000
const tailLines = 15

/** The socket that the emulator answers AWS calls on, in the state folder. */
export const emulatorSocket = 'emulator.sock'

/** The socket that it answers the lab on (the whole region, credentials of instances), in the state folder. */
export const internalSocket = 'emulator-internal.sock'

/** The keys of an AWS identity. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What the emulator is started with. `stateDir` is an existing folder, mode 0700. */
export interface EmulatorOptions {
  readonly stateDir: string
  readonly region: string
  /** Twelve digits. */
  readonly account: string
  /** The lab's admin: the one identity that IAM does not check. */
  readonly credentials: AccessKey
  /** Name of the socket in the state folder at which the region tells what its machines say; absent: they say nothing. */
  readonly regionSocket?: string
  readonly signal?: AbortSignal
}

/** A running emulator. */
export interface Emulator {
  readonly pid: number
  /** Settles when the process has ended, with the reason and the end of its log; also after `stop`. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts the AWS API of the lab on two unix sockets in the state folder and waits until it listens.
 * @throws TestbedError after 60 s, at once when the process ends or the signal is aborted; with the last lines of its log
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const python = await findPython()
  options.signal?.throwIfAborted()
  const logFile = join(options.stateDir, emulatorLog)
  const log = openSync(logFile, 'w', 0o600)
  // The emulator is not started by zx: it lives as long as the lab, and its log is a file.
  const child = spawn(python, buildArguments(options), {
    cwd: options.stateDir,
    env: buildEnvironment(options.credentials),
    stdio: ['ignore', 'pipe', log],
  })
  closeSync(log)
  const ended = whenEnded(child, logFile)
  try {
    await isReady(child, ended, options.signal)
  } catch (error) {
    await stop(child, ended)
    throw error
  }
  const stopAndSweep = async (): Promise<void> => {
    await stop(child, ended)
    for (const name of [emulatorSocket, internalSocket]) await rm(join(options.stateDir, name), { force: true })
  }
  return { pid: child.pid ?? 0, ended, stop: stopAndSweep }
}

function buildArguments({ stateDir, region, account, regionSocket }: EmulatorOptions): readonly string[] {
  return [
    program,
    '--socket',
    join(stateDir, emulatorSocket),
    '--internal-socket',
    join(stateDir, internalSocket),
    '--region',
    region,
    '--account',
    account,
    // The emulator runs in the state folder, and a socket's address is short.
    ...(regionSocket === undefined ? [] : ['--region-socket', regionSocket]),
    '--with-parent',
  ]
}

/** Only what Python needs: the user's AWS configuration, proxies and certificate bundles have no business in the lab. */
function buildEnvironment(credentials: AccessKey): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    LANG: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
}

function whenEnded(child: ChildProcess, logFile: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`the AWS API of the lab did not start: ${error.message}`))
    child.once('exit', (code, signal) => resolve(`the AWS API of the lab ended (${signal ?? `exit code ${code}`})${tail(logFile)}`))
  })
}

function tail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-tailLines)
  return `; the end of ${logFile}:\n${lines.join('\n')}`
}

async function isReady(child: ChildProcess, ended: Promise<string>, signal: AbortSignal | undefined): Promise<void> {
  const deadline = AbortSignal.timeout(startDeadlineMs)
  const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
  const output = child.stdout
  if (output === null) throw new Error('the emulator has no standard output')
  const lines = createInterface({ input: output })
  try {
    const failed = ended.then((reason) => Promise.reject(new TestbedError(reason)))
    await Promise.race([once(lines, 'line', { signal: either }), failed])
  } catch (error) {
    if (deadline.aborted) throw new TestbedError(`the AWS API of the lab did not listen within ${startDeadlineMs / 1000} s`)
    throw error
  } finally {
    lines.close()
    output.resume()
  }
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs)
  await ended
  clearTimeout(force)
}
