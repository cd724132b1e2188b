import { readFileSync } from 'node:fs'

/** A process that cannot be confused with a later one of the same pid, nor with one of another boot of this computer. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks from the computer's boot to the start of the process: field 22 of /proc/PID/stat, see proc(5). */
  readonly startTicks: number
  readonly bootId: string
}

/** The identity of a process, or undefined when there is none of that pid. A zombie counts as gone: it holds nothing. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return { pid, startTicks: Number(fields[19]), bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() }
}

/** Whether the very process still lives. */
export function isAlive({ pid, startTicks, bootId }: ProcessIdentity): boolean {
  const now = identifyProcess(pid)
  return now?.startTicks === startTicks && now.bootId === bootId
}

/** Sends SIGKILL to the very process; does nothing when it is gone. */
export function killProcess(identity: ProcessIdentity): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
