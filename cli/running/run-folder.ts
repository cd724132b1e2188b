import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The most that a journal may have, in bytes. */
export const longestJournal = 512 * 2 ** 20

/** The names of a folder; none of one that is not there. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The folder in which each run on a testbed has its own. @param workspace  the folder of the testbed */
export function runsIn(workspace: string): string {
  return join(workspace, 'runs')
}

/** The journal of a run. @param folder  that of the run */
export function journalIn(folder: string): string {
  return join(folder, 'journal.jsonl')
}
