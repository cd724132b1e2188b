import { join } from 'node:path'
import type { Event } from '../../schemas/event.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { readRegularFile } from '../../system/regular-file.ts'
import { isToldApart } from '../../system/tell-apart.ts'
import { journalIn, longestJournal, namesIn } from './run-folder.ts'

/** What the journals of runs tell of one run. */
export interface PastRun {
  readonly run: string
  /** Whether it was one of several parts (`--shard`). */
  readonly isPart: boolean
  /** The scenarios that began, in their order; `outcome` is undefined of one that never ended. */
  readonly scenarios: readonly PastScenario[]
}

/** What became of a scenario, of its last attempt. */
export interface PastScenario {
  /** Its name, with a number behind it when another of the run had the same. */
  readonly label: string
  readonly file: string
  readonly outcome?: 'passed' | 'failed' | 'errored' | 'skipped'
  readonly durationMs?: number
  /** It was skipped because another one did not pass that it needs. */
  readonly isHeldBack?: boolean
}

/** The most journals that are read for durations. */
const mostRuns = 20

/** The runs that left a journal in a folder, the last first; what cannot be read of one is left out. @param folder  `runs` of a workspace */
export function* pastRuns(folder: string): Iterable<PastRun> {
  for (const run of namesIn(folder).toSorted().toReversed()) {
    const scenarios = new Map<string, PastScenario>()
    let isPart = false
    for (const event of eventsOf(journalIn(join(folder, run)))) {
      if (event.type === 'run-started') isPart = event.shard !== undefined
      if (event.type === 'scenario-started') scenarios.set(event.scenario, { label: event.scenario, file: event.file })
      if (event.type === 'scenario-ended' && event.retried !== true) {
        const { scenario: label, file, outcome, durationMs, problem } = event
        scenarios.set(label, { label, file, outcome, durationMs, isHeldBack: problem?.code === 'need-not-passed' })
      }
    }
    if (scenarios.size > 0) yield { run, isPart, scenarios: [...scenarios.values()] }
  }
}

/** How long scenarios took when they last ran to their end, by the journals of a folder. Parts of runs do not count: what one part took would
 *  move scenarios to and from the next. */
export function pastDurations(folder: string): (scenario: Scenario) => number | undefined {
  const known = new Map<string, number>()
  let read = 0
  for (const { isPart, scenarios } of pastRuns(folder)) {
    if (isPart) continue
    for (const { label, file, outcome, durationMs } of scenarios) {
      const key = keyOf(label, file)
      if (durationMs !== undefined && outcome !== 'skipped' && !known.has(key)) known.set(key, durationMs)
    }
    if ((read += 1) === mostRuns) break
  }
  return ({ name, file }) => known.get(keyOf(name, file))
}

/** Whether a scenario failed, could not be tested, never ended in a run, or was held back by one that did. */
export function failedIn({ scenarios }: PastRun, { name, file }: Scenario): boolean {
  return scenarios.some(({ label, file: ran, outcome, isHeldBack }) => {
    const isIt = ran === file && isToldApart(label, name)
    return isIt && outcome !== 'passed' && (outcome !== 'skipped' || isHeldBack === true)
  })
}

function keyOf(label: string, file: string): string {
  return JSON.stringify([label, file])
}

/** A line that was cut, as the last one of a run that was killed, tells nothing. */
function eventsOf(journal: string): readonly Event[] {
  try {
    const lines = readRegularFile(journal, longestJournal).toString('utf8').split('\n')
    return lines.filter((line) => /"type":"(scenario|run-started)/.test(line)).flatMap((line) => parseLine(line))
  } catch {
    return []
  }
}

function parseLine(line: string): readonly Event[] {
  try {
    return [JSON.parse(line) as Event]
  } catch {
    return []
  }
}
