import type { Outcome } from '../../schemas/event.ts'
import { listCounts } from '../list-counts.ts'
import { countSteps, unmetClaims, standingOf, tellAssertions, wholeName } from '../report.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { renderDuration } from '../time/render-duration.ts'
import { renderReason } from './render-step.ts'
import { oneLine, printable } from './visible-text.ts'

/** What GitHub takes of a step's summary, in bytes, with room for what other commands add. */
const mostBytes = 900_000
/** The most rows of a table. */
const mostRows = 500

/** A run as a page in Markdown: what it came to, what did not pass and why, each scenario. */
export function renderSummaryPage(report: RunReport): string {
  const { scenarios, outcome, testbed, target, durationMs, notes, interrupted } = report
  const parts = [
    `## ${signs[outcome]} ${escape(testbed)} (${escape(target)}): ${outcome}`,
    `${listCounts({ ...report.counts, flaky: report.flaky ?? 0 }) || 'no scenario ran'}; steps: ${listCounts(countSteps(report)) || 'none'}; ${tellAssertions(report)} in ${renderDuration(durationMs)}`,
    ...(interrupted ? ['The run was interrupted: this is what is known of it.'] : []),
    ...unmetClaims(report).map(({ message }) => escape(message)),
    ...notes.map((note) => `> ${escape(note)}`),
    ...tableOf('Not passed', ['where', 'what', 'why'], scenarios.flatMap(failuresOf)),
    ...tableOf('Scenarios', ['', 'scenario', 'file', 'time'], scenarios.map(rowOf)),
  ]
  const page = `${parts.join('\n\n')}\n`
  if (Buffer.byteLength(page) <= mostBytes) return page
  return `${parts.slice(0, 2).join('\n\n')}\n\nThe rest is too long for this page: see the reports of the run.\n`
}

const signs: Readonly<Record<Outcome | 'flaky', string>> = { passed: '✅', failed: '❌', errored: '⚠️', skipped: '⏭️', flaky: '🔁' }

function failuresOf({ name, file, steps, outcome, problem }: ScenarioReport): readonly (readonly string[])[] {
  const own = steps.filter((step) => step.cause === undefined && ['failed', 'errored'].includes(standingOf(step)))
  const rows = own.map((step) => [`${step.place.file}:${step.place.line}`, `${name} › ${wholeName(step)}`, renderReason(step)])
  if (problem === undefined || (outcome !== 'failed' && outcome !== 'errored')) return rows
  return [...rows, [`${problem.place?.file ?? file}:${problem.place?.line ?? 1}`, name, problem.message.split('\n', 1)[0] ?? '']]
}

function rowOf({ name, file, outcome, flaky, durationMs, problem }: ScenarioReport): readonly string[] {
  const why = outcome === 'skipped' && problem !== undefined ? `: skipped, ${problem.message.split('\n', 1)[0] ?? ''}` : ''
  return [signs[flaky === undefined ? outcome : 'flaky'], `${name}${why}`, file, renderDuration(durationMs)]
}

function tableOf(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => escape(cell.slice(0, 500))).join(' | ')} |`
  const shown = rows.slice(0, mostRows).map(line)
  const more = rows.length > mostRows ? [`and ${rows.length - mostRows} more`] : []
  return [`### ${title}`, [line(columns), `|${' --- |'.repeat(columns.length)}`, ...shown].join('\n'), ...more]
}

/** A text that is shown as it is: nothing in it is a mark of Markdown or HTML, a link, or somebody's name. */
function escape(text: string): string {
  return oneLine(printable(text)).replace(/[!-/:-@[-`{-~]/g, (character) =>
    /[.,/ ]/.test(character) ? character : `&#${character.charCodeAt(0)};`,
  )
}
