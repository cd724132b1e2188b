import type { Figures } from '../../runner/history/figures.ts'
import type { PastOfScenario } from '../../runner/history/past.ts'
import { sparkline } from '../../runner/history/sparkline.ts'
import { oneLine } from '../../runner/reporters/visible-text.ts'
import { renderDuration } from '../../runner/time/render-duration.ts'

/** The past of scenarios as lines of a table. */
export function renderHistory(pasts: readonly PastOfScenario[]): readonly string[] {
  const rows = pasts.map(({ scenario, runs, passed, flaky, durations }) => [
    oneLine(scenario),
    String(runs),
    percent(passed, runs),
    percent(flaky, runs),
    ...renderFigures(durations),
  ])
  return [
    ...table(['scenario', 'runs', 'passed', 'flaky', 'median', '95 %', 'latest'], rows),
    ...slowdowns(pasts.map((past) => [past.scenario, past.durations])),
  ]
}

/** The past of one scenario: itself, and how long each of its steps with `until` took until it held. */
export function renderPast(past: PastOfScenario): readonly string[] {
  const waits = Object.entries(past.waits)
  const rows = waits.map(([step, figures]) => [oneLine(step), String(figures.count), ...renderFigures(figures)])
  const below =
    rows.length === 0 ? ['no step of it waits for something (until:)'] : table(['until it held', 'times', 'median', '95 %', 'latest'], rows)
  return [...renderHistory([past]), '', ...below, ...slowdowns(waits)]
}

function renderFigures(figures: Figures | undefined): readonly string[] {
  if (figures === undefined) return ['', '', '']
  return [renderDuration(figures.medianMs), renderDuration(figures.p95Ms), sparkline(figures.latestMs)]
}

/** What got slower, and since when. */
function slowdowns(named: readonly (readonly [name: string, Figures | undefined])[]): readonly string[] {
  return named.flatMap(([name, figures]) => {
    if (figures?.slower === undefined) return []
    const { run, at, beforeMs, afterMs } = figures.slower
    const since = new Date(at).toISOString().slice(0, 10)
    return [`slower since ${since} (run ${run}): ${oneLine(name)}: ${renderDuration(beforeMs)} before, ${renderDuration(afterMs)} after`]
  })
}

function percent(part: number, all: number): string {
  // What is not all is never told as all of it.
  return all === 0 ? '' : `${Math.floor((100 * part) / all)} %`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const isText = (column: number) => column === 0 || column === head.length - 1
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line)
}
