import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pageIn, pageReport } from '../running/page-report.ts'
import { readJournal } from './read-journal.ts'
import { longestJournal } from '../running/past-runs.ts'
import { readRegularFile } from '../../system/regular-file.ts'
import { readAnswer } from '../running/timeline-file.ts'
import { createTimeline } from '../../runner/timeline/timeline.ts'
import { openReporting } from '../running/reporting.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { KnownRun } from './find-run.ts'
import { sourceIn } from './source-in.ts'

/** The page of a run beside its journal. One that was killed left none: it is made of the journal then.
 *  @returns the path of the page @throws InputError when there is no journal either */
export function pageOfRun({ folder, run }: KnownRun, cwd: string, terminal: Terminal): string {
  const path = pageIn(folder)
  if (existsSync(path)) return path
  const again = (files: readonly string[]) => `titus-bed run ${files.join(' ')}`
  const timeline = createTimeline((file) => readAnswer(folder, file))
  const moments = () => timeline.moments()
  const reporting = openReporting([pageReport(folder)], terminal, { source: sourceIn(cwd), again, moments })
  for (const event of readJournal(join(folder, 'journal.jsonl'))) {
    timeline.see(event)
    reporting.onEvent(event)
  }
  reporting.finish()
  terminal.err(`the run ${run} left no page: it was made of its journal`)
  return path
}

/** The text of a page. @throws FileRefused when it is no regular file */
export function readPage(path: string): string {
  return readRegularFile(path, longestJournal).toString('utf8')
}
