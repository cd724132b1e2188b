import type { Event, Outcome } from '../schemas/event.ts'
import { countOf } from '../system/count-of.ts'
import { listNames } from '../system/list-names.ts'
import { tellApart } from '../system/tell-apart.ts'
import { combineOutcomes } from './engine/outcome.ts'
import { checkClaims } from './check-claims.ts'
import { watchOpenEnds } from './open-ends.ts'
import { emptyReport, foldEvent, noCounts } from './report.ts'

type RunStarted = Extract<Event, { type: 'run-started' }>
type RunEnded = Extract<Event, { type: 'run-ended' }>

/** One run of several, with all of its events. */
interface Whole {
  readonly started: RunStarted
  readonly ended: RunEnded
  readonly events: readonly Event[]
  /** Where its ends claimed more than its steps bear out. */
  readonly differences: readonly string[]
  /** The cell of the matrix; undefined where all runs are of one testbed. */
  readonly cell: string | undefined
}

/**
 * The events of several runs, parts of one or cells of a matrix, as those of one run: whatever folds events tells of them all. A run that broke
 * off is told as that, one whose ends claim more than its steps bear out counts as those, and a part that is missing makes the whole errored: what was not run is no success.
 *
 * @param runs  the events of each, the first being its start
 * @param run   names the whole
 */
export function mergeRuns(runs: readonly (readonly Event[])[], run: string): readonly Event[] {
  const wholes = nameCells(onlyOnce(runs).map(toItsEnd))
  const [first] = wholes
  if (first === undefined) return []
  const at = Math.min(...wholes.map(({ started }) => started.at))
  const endedAt = Math.max(...wholes.map(({ started, ended }) => started.at + ended.durationMs))
  const labels = labelScenarios(wholes)
  const bodies = wholes.flatMap((whole, index) => whole.events.flatMap((event) => retell(event, whole, run, labels[index] ?? new Map())))
  const missing = [...missingParts(wholes), ...wholes.flatMap(({ ended, differences }) => [...(ended.missing ?? []), ...differences])]
  const testbeds = [...new Set(wholes.map(({ started }) => started.testbed))]
  const targets = [...new Set(wholes.map(({ started }) => started.target))]
  const ends = wholes.map(({ ended }) => ended)
  const counts = sumCounts(ends)
  const flaky = ends.reduce((sum, end) => sum + (end.flaky ?? 0), 0)
  const outcomes = ends.map(({ outcome }) => outcome)
  const isAlone = wholes.every(({ cell }) => cell === undefined)
  const unasserted = ends.reduce((sum, end) => sum + (end.unasserted ?? 0), 0)
  const allowLocal = wholes.some(({ started }) => started.allowLocal === true)
  return [
    {
      at,
      run,
      type: 'run-started',
      testbed: testbeds.join(', '),
      target: targets.join(', '),
      scenarios: labels.flatMap((names) => [...names.values()]),
      // Cells are testbeds of their own, whose machines have the same names.
      ...(isAlone && first.started.hosts !== undefined ? { hosts: first.started.hosts } : {}),
      ...(isAlone && first.started.graph !== undefined ? { graph: first.started.graph } : {}),
      ...(allowLocal ? { allowLocal } : {}),
    },
    ...bodies,
    {
      at: endedAt,
      run,
      type: 'run-ended',
      outcome: combineOutcomes(missing.length > 0 ? [...outcomes, 'errored'] : outcomes),
      durationMs: endedAt - at,
      interrupted: ends.some(({ interrupted }) => interrupted),
      counts,
      ...(flaky === 0 ? {} : { flaky }),
      assertions: ends.reduce((sum, { assertions }) => sum + assertions, 0),
      ...(unasserted === 0 ? {} : { unasserted }),
      ...(missing.length === 0 ? {} : { missing }),
    },
  ]
}

/** A run that is given twice, as by a folder and a file in it, counts once. */
function onlyOnce(runs: readonly (readonly Event[])[]): readonly (readonly Event[])[] {
  return [...new Map(runs.map((events) => [events[0]?.run, events])).values()]
}

/** What broke off ends where its last event is. */
function toItsEnd(events: readonly Event[]): Omit<Whole, 'cell'> {
  const ends = watchOpenEnds('the run broke off before this had ended')
  events.forEach(ends.see)
  const all = [...events, ...ends.close(events.at(-1)?.at ?? 0, events.reduce(foldEvent, emptyReport))]
  const { events: checked, differences } = checkClaims(all)
  const [started, ended] = [checked[0], checked.at(-1)]
  if (started?.type !== 'run-started' || ended?.type !== 'run-ended') throw new Error('the events of a run begin with its start')
  return { started, ended, events: checked, differences }
}

/** Runs are of cells where one says so, or where they are of several testbeds. */
function nameCells(runs: readonly Omit<Whole, 'cell'>[]): readonly Whole[] {
  const isMatrix = runs.some(({ started }) => started.cell !== undefined) || new Set(runs.map(({ started }) => started.testbed)).size > 1
  return runs.map((run) => ({ ...run, cell: isMatrix ? (run.started.cell ?? run.started.testbed) : undefined }))
}

/** What each scenario of each run is called in the whole, by what it was called in its run. */
function labelScenarios(wholes: readonly Whole[]): readonly ReadonlyMap<string, string>[] {
  const all = wholes.flatMap(({ events, cell }, index) => {
    const names = new Set(events.flatMap((event) => (event.type === 'scenario-started' ? [event.scenario] : [])))
    return [...names].map((name) => ({ index, name, label: cell === undefined ? name : `${name} [${cell}]` }))
  })
  const labels = tellApart(all.map(({ label }) => label))
  return wholes.map((_, of) => new Map(all.flatMap(({ index, name }, at) => (index === of ? [[name, labels[at] ?? name] as const] : []))))
}

/** An event of a run as one of the whole. */
function retell(event: Event, { cell }: Whole, run: string, labels: ReadonlyMap<string, string>): readonly Event[] {
  if (event.type === 'run-started' || event.type === 'run-ended') return []
  if (event.type === 'note') return [{ ...event, run, message: cell === undefined ? event.message : `${cell}: ${event.message}` }]
  const scenario = labels.get(event.scenario) ?? event.scenario
  if (event.type === 'scenario-started') return [{ ...event, run, scenario, ...(cell === undefined ? {} : { cell }) }]
  return [{ ...event, run, scenario }]
}

/** The parts that no run was of, cell by cell, as a person is told. */
function missingParts(wholes: readonly Whole[]): readonly string[] {
  const parts = wholes.flatMap(({ started: { shard = '' }, cell }) => {
    const [, index, count] = /^(\d+)\/(\d+)$/.exec(shard) ?? []
    return index === undefined ? [] : [{ cell, index: Number(index), count: Number(count) }]
  })
  const groups = new Map(parts.map(({ cell, count }) => [JSON.stringify([cell, count]), { cell, count }]))
  return [...groups.values()].flatMap(({ cell, count }) => {
    const there = parts.filter((part) => part.cell === cell && part.count === count).map(({ index }) => index)
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !there.includes(index))
    if (missing.length === 0) return []
    const where = cell === undefined ? '' : `${cell}: `
    return [
      `${where}${listNames(missing.map((index) => `part ${index}/${count}`))} of ${countOf(count, 'part')} ${missing.length === 1 ? 'is missing: what it was' : 'are missing: what they were'} to run was not run`,
    ]
  })
}

function sumCounts(ends: readonly RunEnded[]): Readonly<Record<Outcome, number>> {
  const sum = (outcome: Outcome) => ends.reduce((total, { counts }) => total + counts[outcome], 0)
  return { ...noCounts, passed: sum('passed'), failed: sum('failed'), errored: sum('errored'), skipped: sum('skipped') }
}
