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

/** How long a process has run, in seconds; undefined when it is gone, and where the system is not Linux.
 *  @see proc(5): field 22 of /proc/PID/stat is in hundredths of a second since the boot of the computer */
export function ageOfProcess(pid: number): number | undefined {
  const ticks = readStat(pid)?.[19]
  return ticks === undefined ? undefined : Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - Number(ticks) / 100
}

/** @see proc(5): fields 3 (state) and 22 (start time) of /proc/PID/stat; field 2 is in brackets and may hold anything */
function startOnLinux(pid: number): string | undefined {
  const fields = readStat(pid)
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

/** The fields of /proc/PID/stat from the third on. */
function readStat(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
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
