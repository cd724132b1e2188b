import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Event } from '../../schemas/event.ts'
import type { KeepAnswer } from '../../runner/collect/answers.ts'
import { watchHistory } from '../../runner/history/entry.ts'
import type { HistoryEntry } from '../../runner/history/entry.ts'
import { pastOfScenario, usualMs } from '../../runner/history/past.ts'
import { createJournal } from '../../runner/journal.ts'
import type { ReporterOptions } from '../../runner/reporters/reporter.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { makePrivateFolder } from '../../system/durable-file.ts'
import { addToHistory, historyIn, readHistory } from '../history/history-file.ts'
import { timelineIn, writeTimeline } from './timeline-file.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { pageReport } from './page-report.ts'
import { journalIn, runsIn } from './run-folder.ts'
import { openReporting } from './reporting.ts'
import type { Reporting } from './reporting.ts'

/** What a run leaves in its workspace, whatever reports were asked for: its journal, its page, and entries of the history. */
export interface RunRecords {
  readonly onEvent: (event: Event) => void
  /** Ends the reports, then the page. Once. */
  readonly endReports: () => void
  readonly close: () => void
  /** Keeps what a machine told of a scenario. */
  readonly keepAnswer: KeepAnswer
  /** How long a step of a scenario usually takes at most until it holds. */
  readonly usualMs: (scenario: string, step: string) => number | undefined
}

/** Begins the records of a run. What becomes of them does not change what the run comes to. @param reporting  the reports that were asked for */
export function openRecords(
  workspace: Workspace,
  run: string,
  {
    reporting,
    page,
    terminal,
  }: { readonly reporting: Reporting; readonly page: Pick<ReporterOptions, 'source' | 'again'>; readonly terminal: Terminal },
): RunRecords {
  const folder = join(runsIn(workspace.folder), run)
  const warn = (what: string) => (reason: string) => terminal.err(`${terminal.colour.yellow('warning:')} ${what} is not whole: ${reason}`)
  const journal = createJournal(journalIn(folder), warn('the journal of the run'))
  const history = historyIn(workspace.folder)
  let known: HistoryEntry[] | undefined
  const past = () => (known ??= [...readHistory(history)])
  const timeline = timelineIn(folder)
  const ofRun = openReporting([pageReport(folder)], terminal, {
    ...page,
    past: (scenario, file) => pastOfScenario(past(), scenario, file),
    moments: () => timeline.moments(),
  })
  let isBroken = false
  const follow = watchHistory((entry) => {
    past().push(entry)
    if (isBroken) return
    try {
      addToHistory(history, entry)
    } catch (error) {
      isBroken = true
      warn('the history of the testbed')((error as Error).message)
    }
  })
  const folders = new Map<string, string>()
  const files = new Map<string, string>()
  return {
    onEvent(event) {
      if (event.type === 'scenario-started') files.set(event.scenario, event.file)
      journal.write(event)
      reporting.onEvent(event)
      ofRun.onEvent(event)
      timeline.see(event)
      follow(event)
    },
    endReports() {
      reporting.finish().forEach((event) => {
        journal.write(event)
        timeline.see(event)
        follow(event)
      })
      ofRun.finish()
      const moments = timeline.moments()
      if (moments.length === 0) return
      try {
        writeTimeline(folder, moments)
      } catch (error) {
        warn('the timeline of the run')((error as Error).message)
      }
    },
    close: () => journal.close(),
    keepAnswer(scenario, host, name, text) {
      const own = folders.get(scenario) ?? `${folders.size + 1}-${scenario.replace(/[^\w-]+/g, '-').slice(0, 60)}`
      folders.set(scenario, own)
      const place = join(folder, 'evidence', own, host)
      makePrivateFolder(place)
      const path = join(place, `${name}.txt`)
      writeFileSync(path, text, { mode: 0o600 })
      return path
    },
    usualMs: (scenario, step) => usualMs(past(), scenario, files.get(scenario) ?? '', step),
  }
}
