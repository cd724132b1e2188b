import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { kill } from './kill.ts'
import { readStat } from './process-stat.ts'

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
  if (isRunning(identity)) kill(identity.pid)
}

/** How long a process has run, in seconds; undefined when it is gone, and where the system is not Linux. */
export function ageOfProcess(pid: number): number | undefined {
  const ticks = readStat(pid)?.startTicks
  return ticks === undefined ? undefined : Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) - Number(ticks) / 100
}

function startOnLinux(pid: number): string | undefined {
  const stat = readStat(pid)
  if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return undefined
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${stat.startTicks}`
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
