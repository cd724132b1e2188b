import { readFileSync } from 'node:fs'

/** A process that cannot be confused with a later one of the same pid: `startTicks` is field 22 of /proc/PID/stat (see proc(5)). */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
}

/** The identity of a process, or undefined when there is none of that pid. A zombie counts as gone: it holds nothing. */
export const identifyProcess = (pid: number): ProcessIdentity | undefined => {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // the second field is the program's name in parentheses and may itself hold spaces and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startTicks: Number(fields[19]) }
}

/** Whether the very process still lives. */
export const isAlive = (process: ProcessIdentity): boolean => identifyProcess(process.pid)?.startTicks === process.startTicks

/** Sends SIGKILL to the very process; does nothing when it is gone. */
export const killProcess = (identity: ProcessIdentity): void => {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
