import { readFileSync } from 'node:fs'

/** What Linux tells of a process.
 *  @see proc(5): fields 2, 3, 5 and 22 of /proc/PID/stat; the name is in brackets, and may hold anything */
export interface ProcessStat {
  /** The name of its program, cut to 15 characters. */
  readonly name: string
  /** A letter: `Z` for one of which only its exit status is left. */
  readonly state: string
  /** The number of its process group. */
  readonly group: number
  /** When it started, in hundredths of a second since the boot of the computer. */
  readonly startTicks: string
}

/** Reads it; undefined when there is no such process, and where the system is not Linux. */
export function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [open, close] = [text.indexOf('('), text.lastIndexOf(')')]
    const fields = text.slice(close + 2).split(' ')
    return { name: text.slice(open + 1, close), state: fields[0] ?? '', group: Number(fields[2]), startTicks: fields[19] ?? '' }
  } catch {
    return undefined
  }
}
