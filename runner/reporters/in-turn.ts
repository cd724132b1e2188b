import { emptyReport, foldEvent } from '../report.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import type { Reporter } from './reporter.ts'
import { escapeTap } from './tap-point.ts'

/** The parts of a TAP document that tells scenario after scenario. */
export interface Parts {
  readonly start: string
  /** @param index  the place of the scenario in the report */
  readonly renderScenario: (scenario: ScenarioReport, index: number, report: RunReport) => string
  readonly renderEnd: (report: RunReport) => string
}

/** A reporter that writes each scenario when it has ended and those that began before it are written: also with several at a time the text is
 *  that of one after the other. */
export function inTurn({ start, renderScenario, renderEnd }: Parts): Reporter {
  let report = emptyReport
  const ended = new Set<string>()
  let written = 0
  return {
    onEvent(event) {
      report = foldEvent(report, event)
      if (event.type === 'run-started') return start
      if (event.type === 'note') return `# note: ${escapeTap(event.message)}\n`
      if (event.type === 'run-ended') return renderEnd(report)
      if (event.type !== 'scenario-ended' || event.retried === true) return undefined
      ended.add(event.scenario)
      let text = ''
      for (let next = report.scenarios[written]; next !== undefined && ended.has(next.name); next = report.scenarios[written]) {
        text += renderScenario(next, written, report)
        written += 1
      }
      return text === '' ? undefined : text
    },
  }
}
