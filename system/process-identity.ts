import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that is told from a later one with the same number, or of another boot of this computer, by when it started. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in a form that only compares equal: on Linux boot id and clock ticks since boot. */
  readonly started: string
}

/** The identity of a running process; undefined when there is none, or only its exit status is left. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return started === undefined ? undefined : { pid, started }
}

/** Whether that very process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.started === identity.started
}

/** Sends SIGKILL to that very process; does nothing when it is gone. */
export function killProcess(identity: ProcessIdentity): void {
  if (!isRunning(identity)) return
  try {
    process.kill(identity.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** @see proc(5): fields 3 (state) and 22 (start time) of /proc/PID/stat; field 2 is in brackets and may hold anything */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

function startByPs(pid: number): string | undefined {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    )
  } catch {
    return undefined
  }
}
