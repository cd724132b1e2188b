import { existsSync } from 'node:fs'
import { typeAgainAs } from '../running/again.ts'
import { pageIn, pageReport } from '../running/page-report.ts'
import { longestJournal } from '../running/run-folder.ts'
import { readRegularFile } from '../../system/regular-file.ts'
import { openReporting } from '../running/reporting.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { KnownRun } from './find-run.ts'
import { readRun } from './read-run.ts'
import { sourceIn } from './source-in.ts'

/** The page of a run beside its journal. One that was killed left none: it is made of the journal then.
 *  @returns the path of the page @throws InputError when there is no journal either */
export function pageOfRun(known: KnownRun, cwd: string, terminal: Terminal): string {
  const { folder, run } = known
  const path = pageIn(folder)
  if (existsSync(path)) return path
  const { events, timeline } = readRun(known)
  const page = { source: sourceIn(cwd), again: typeAgainAs(events, cwd), moments: timeline.moments }
  const reporting = openReporting([pageReport(folder)], terminal, page)
  events.forEach(reporting.onEvent)
  reporting.finish()
  terminal.err(`the run ${run} left no page: it was made of its journal`)
  return path
}

/** The text of a page. @throws FileRefused when it is no regular file */
export function readPage(path: string): string {
  return readRegularFile(path, longestJournal).toString('utf8')
}
