import { readdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { kill } from '../../system/kill.ts'
import { identifyProcess, isRunning } from '../../system/process-identity.ts'
import type { ProcessIdentity } from '../../system/process-identity.ts'
import { readStat } from '../../system/process-stat.ts'
import { readStateFile, removeAnd } from '../state-file.ts'

/** How long a Terraform that nobody watches may take to finish. */
const patienceMs = 1_800_000

/** Notes which process works on the state, so that a command after a crash of ours finds it. */
export function recordProcess(file: string, pid: number): void {
  const identity = identifyProcess(pid)
  if (identity !== undefined) writeDurably(file, JSON.stringify(identity))
}

/** Takes the note away, and ends what the process left behind: its providers are of its process group. */
export function forgetProcess(file: string, pid: number): void {
  killGroup(pid)
  rmSync(file, { force: true })
}

/** Waits for a Terraform that outlived the command that started it. It is left to finish, not interrupted: it would drop the answers
 *  that it waits for, and forget what it has just made. Nothing happens when there is none.
 *  @throws TestbedError when the wait is aborted, or lasts longer than any apply may */
export async function awaitOrphan(file: string, tell: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const orphan = readRecord(file)
  if (orphan === undefined) return rmSync(file, { force: true })
  if (isRunning(orphan)) tell(`a Terraform of a command that was killed still works (process ${orphan.pid}): waiting until it is done`)
  const deadline = performance.now() + patienceMs
  while (isRunning(orphan)) {
    if (signal?.aborted === true || performance.now() > deadline) {
      const hint = `let it finish; what it makes is recorded. Only if it hangs: kill -INT ${orphan.pid}`
      throw new TestbedError(`process ${orphan.pid}, a Terraform of a command that was killed, still works on the testbed`, { hint })
    }
    await sleep(200)
  }
  endProviders(orphan.pid)
  rmSync(file, { force: true })
}

/** Kills it at once, for a state that is thrown away. */
export function killOrphan(file: string): void {
  const orphan = readRecord(file)
  if (orphan === undefined) return
  if (isRunning(orphan)) killGroup(orphan.pid)
  endProviders(orphan.pid)
  rmSync(file, { force: true })
}

/** Kills a process group; none with that number is as good. */
export function killGroup(pid: number): void {
  kill(-pid)
}

/** @throws TestbedError when the note cannot be read: a Terraform may be at work that nobody could name then */
function readRecord(file: string): ProcessIdentity | undefined {
  const cure = `if no terraform works in its folder: ${removeAnd(file, 'type the command again')}`
  const text = readStateFile(file, cure)
  if (text === undefined) return undefined
  try {
    const { pid, started } = JSON.parse(text) as Partial<ProcessIdentity>
    if (typeof pid !== 'number' || typeof started !== 'string') throw new TypeError('it names no process')
    return { pid, started }
  } catch (cause) {
    throw new TestbedError(`${file} is damaged: ${(cause as Error).message}`, { cause, hint: cure })
  }
}

/** Providers whose Terraform was killed go on waiting for it. They are known by name as well, since a group's number may be used again. */
function endProviders(group: number): void {
  if (process.platform !== 'linux') return
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const stat = readStat(pid)
    if (stat?.group === group && stat.name.startsWith('terraform-provi')) kill(pid)
  }
}
