import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import { writeDurably } from '../durable-file.ts'
import { identifyProcess, isRunning, type ProcessIdentity } from '../process-identity.ts'

/** How long a Terraform that was asked to stop may take to finish what it is in the middle of, and to save its state. */
const PATIENCE_MS = 300_000

interface Orphan extends ProcessIdentity {
  readonly asked: boolean
}

/** Notes which process works on the state, so that a command after a crash of ours finds it.
 *  @param asked  the kernel asks it to stop when this process dies: asked a second time it would not save its state */
export function recordProcess(file: string, pid: number, asked: boolean): void {
  const identity = identifyProcess(pid)
  if (identity !== undefined) writeDurably(file, JSON.stringify({ ...identity, asked } satisfies Orphan))
}

/** Takes the note away, and ends what the process left behind: its providers are of its process group. */
export function forgetProcess(file: string, pid: number): void {
  killGroup(pid)
  rmSync(file, { force: true })
}

/** Ends a Terraform that outlived the command that started it: asks it to stop, waits until it has saved its state, and only when
 *  it takes longer than patience allows kills it. Its providers go with it. Nothing happens when there is none.
 *  @throws TestbedError when the wait is aborted */
export async function endOrphan(file: string, tell: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const orphan = readRecord(file)
  if (orphan === undefined) return rmSync(file, { force: true })
  if (isRunning(orphan)) {
    tell(`a Terraform of a command that was killed still runs (process ${orphan.pid}): waiting until it has saved its state`)
    if (!orphan.asked) signalProcess(orphan.pid, 'SIGINT')
    const deadline = Date.now() + PATIENCE_MS
    while (isRunning(orphan) && Date.now() < deadline) {
      if (signal?.aborted === true) throw new TestbedError(`interrupted while process ${orphan.pid}, a Terraform, still saves its state`)
      await sleep(200)
    }
    killGroup(orphan.pid)
  }
  for (const provider of providersOfGroup(orphan.pid)) signalProcess(provider, 'SIGKILL')
  rmSync(file, { force: true })
}

/** Kills a process group; none with that number is as good. */
export function killGroup(pid: number): void {
  signalProcess(-pid, 'SIGKILL')
}

function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function readRecord(file: string): Orphan | undefined {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Orphan) : undefined
  } catch {
    return undefined
  }
}

/** Providers whose Terraform was killed go on waiting for it. They are known by name as well, since a group's number may be used again.
 *  @see proc(5): fields 2 (name, cut to 15 characters) and 5 (process group) of /proc/PID/stat */
function providersOfGroup(group: number): readonly number[] {
  if (process.platform !== 'linux') return []
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.map(Number).filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return name.startsWith('terraform-provi') && Number(fields[2]) === group
    } catch {
      return false
    }
  })
}
