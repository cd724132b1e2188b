import { mergeRuns } from '../../runner/merge-runs.ts'
import { createRunId } from '../../runner/index.ts'
import { inputError } from '../../schemas/failure.ts'
import { countOf } from '../../system/count-of.ts'
import type { Invocation } from '../command.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { typeAgainAs } from '../running/again.ts'
import { chooseReporters } from '../running/choose-reporters.ts'
import { openReporting } from '../running/reporting.ts'
import { journalIn } from '../running/run-folder.ts'
import { findRun } from './find-run.ts'
import { findJournals, readJournal } from './read-journal.ts'
import { sourceIn } from './source-in.ts'

/** Reports several runs as one. @param given  journals, folders with journals, and names of runs @returns the exit code of the whole */
export function mergeJournals(invocation: Invocation, given: readonly string[]): number {
  const { cwd, terminal } = invocation
  if (given.length === 0)
    throw inputError({
      code: 'no-journal',
      message: 'name what to merge: journals, folders with journals, or runs',
      hint: 'titus-bed run --reporter journal=reports/journal.jsonl writes one, titus-bed report merge reports/ takes all below',
    })
  const journals = [
    ...new Set(
      given.flatMap((path) => (/^\d{8}-\d{6}-\w+$/.test(path) ? [journalIn(findRun(cwd, path).folder)] : findJournals([path], cwd))),
    ),
  ]
  const events = mergeRuns(journals.map(readJournal), createRunId())
  const reporting = openReporting(chooseReporters(invocation, journals), terminal, {
    source: sourceIn(cwd),
    again: typeAgainAs(events, cwd),
  })
  terminal.err(`${countOf(journals.length, 'journal')}: ${journals.join(', ')}`)
  events.forEach(reporting.onEvent)
  reporting.finish()
  const end = events.at(-1)
  return end?.type === 'run-ended' ? exitCodeOf(end.outcome, end.interrupted) : exitCodeOf('errored', false)
}
