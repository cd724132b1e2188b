import type { Event, HostSketch, Tried } from '../../../schemas/event.ts'
import type { Graph } from '../../../schemas/graph.ts'
import type { PagePoll } from './page-data.ts'

/** What the events of a run tell and its report does not. */
export interface RunTraces {
  readonly hosts: readonly HostSketch[]
  readonly graph?: Graph
  /** By the name of the scenario. */
  readonly scenarios: ReadonlyMap<string, ScenarioTraces>
}

/** What the events of the last attempt of a scenario tell of its steps, by {@link pathKey}. */
export interface ScenarioTraces {
  /** When steps began, in milliseconds since the epoch. */
  readonly startedAt: Map<string, number>
  readonly polls: Map<string, PagePoll[]>
}

type Seen = Pick<Extract<Event, { type: 'poll' }>, 'attempt' | 'elapsedMs' | 'last'>

/** The most stretches of polls that are kept of a step: its first ones, and its last. */
const mostStretches = 60

/** The path of a step, as a key. */
export function pathKey(path: readonly number[]): string {
  return path.join('.')
}

/** Follows a run. */
export function traceRun(): { readonly see: (event: Event) => void; readonly traces: () => RunTraces } {
  let testbed: Pick<RunTraces, 'hosts' | 'graph'> = { hosts: [] }
  const scenarios = new Map<string, ScenarioTraces>()
  const see = (event: Event) => {
    if (event.type === 'run-started') testbed = { hosts: event.hosts ?? [], ...(event.graph === undefined ? {} : { graph: event.graph }) }
    // What is tried again begins anew.
    if (event.type === 'scenario-started') scenarios.set(event.scenario, { startedAt: new Map(), polls: new Map() })
    if (event.type !== 'step-started' && event.type !== 'poll') return
    const traces = scenarios.get(event.scenario)
    const key = pathKey(event.path)
    if (event.type === 'step-started') traces?.startedAt.set(key, event.at)
    else traces?.polls.set(key, withPoll(traces.polls.get(key) ?? [], event))
  }
  return { see, traces: () => ({ ...testbed, scenarios }) }
}

/** The attempts that did not hold, as far as the result of a step has them. */
export function stretchesOf(history: readonly Tried[]): readonly PagePoll[] {
  return history
    .filter(({ outcome }) => outcome !== 'passed')
    .reduce<PagePoll[]>((before, { seen, ...tried }) => withPoll(before, { ...tried, last: seen }), [])
}

/** Polls that saw the same are told as one stretch. */
function withPoll(before: PagePoll[], { attempt, elapsedMs, last: seen }: Seen): PagePoll[] {
  const last = before.at(-1)
  if (last?.seen === seen) before[before.length - 1] = { ...last, last: attempt, toMs: elapsedMs }
  else before.push({ first: attempt, last: attempt, fromMs: elapsedMs, toMs: elapsedMs, seen })
  if (before.length > mostStretches) before.splice(mostStretches / 2, 1)
  return before
}
