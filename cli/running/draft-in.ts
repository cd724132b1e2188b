import { join } from 'node:path'

let drafts = 0

/** The path of a file that nobody else writes, in a folder. */
export function draftIn(folder: string): string {
  return join(folder, `.titus-bed-report-${process.pid}-${(drafts += 1)}`)
}
