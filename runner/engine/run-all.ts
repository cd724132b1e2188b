import { setMaxListeners } from 'node:events'
import type { Event, HostSketch, Outcome, TestbedFacts } from '../../schemas/event.ts'
import type { Graph } from '../../schemas/graph.ts'
import type { Json } from '../../schemas/json.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import type { Clock } from '../time/clock.ts'
import type { Evaluator } from '../evaluation/evaluator.ts'
import type { NewEvent, RunContext } from './frame.ts'
import type { AskPerson } from './pause.ts'
import type { Hops } from '../hops/hops.ts'
import { createMask } from '../scope/mask.ts'
import { judgeRun } from './outcome.ts'
import { emptyReport, foldEvent, sumScenarios } from '../report.ts'
import { tellApart } from '../../system/tell-apart.ts'
import type { RunReport } from '../report.ts'
import { countClaims } from '../count-claims.ts'
import { linkNeeds, valuesOf, whyHeldBack } from './needs.ts'
import type { Ended, Labelled, Link } from './needs.ts'
import { runWithRetries } from './run-with-retries.ts'
import type { Interruptions } from './run-scenario.ts'
import { schedule } from './schedule.ts'
import { skipScenario } from './skip-scenario.ts'
import { whyNotBegun, whyUnfit } from './why-not-run.ts'

/** How to run. */
export interface RunOptions {
  /** Names the run in its events; a fresh one unless given. */
  readonly run: string
  /** Scenarios at the same time; 1 unless given. Steps of one scenario stay in order. */
  readonly parallel: number
  /** No further scenario after one that did not pass. */
  readonly bail: boolean
  /** How often a scenario that does not pass is run again; 0 unless given. */
  readonly retry: number
  /** Whether one that passes on a retry has failed. */
  readonly failOnFlaky: boolean
  /** Whether `host: local` may run commands on this computer, and files outside of the project may be named. */
  readonly allowLocal: boolean
  /** The values of the secrets that scenarios take from this computer's environment, by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** Which part of how many the scenarios are: `2/4`. */
  readonly shard?: string
  /** The cell of the matrix that the testbed is of. */
  readonly cell?: string
  /** As `RunContext` has them. */
  readonly keep?: RunContext['keep']
  readonly usualMs?: RunContext['usualMs']
  /** Whether machines are asked what they know of every scenario, and not of those alone that do not pass; undefined: of none. */
  readonly collect?: Omit<NonNullable<RunContext['collect']>, 'asked'>
  readonly resumed?: RunContext['resumed']
  readonly shortage?: RunContext['shortage']
  /** The testbed with its networks, for pictures. */
  readonly graph?: Graph
  readonly pause?: RunContext['pause']
  readonly playback?: RunContext['playback']
  /** The folder of the project, absolute: scenarios may name files in it, besides those in their own. */
  readonly project?: string
}

/** Runs scenarios over machines that are given, with a clock that is given. */
export async function runAll(
  scenarios: readonly Scenario[],
  world: { readonly testbed: Testbed; readonly hops: Hops; readonly clock: Clock; readonly evaluator: Evaluator },
  options: RunOptions,
  interruptions: Interruptions,
  onEvent: (event: Event) => void,
): Promise<RunReport> {
  const { testbed, clock } = world
  // Every scenario that runs at the same time listens to both signals.
  setMaxListeners(0, interruptions.signal, interruptions.abandon)
  const mask = createMask()
  // What one scenario calls a secret is one in the report of every other.
  mask.add(Object.values(options.secrets))
  let report = emptyReport
  const ended = new Map<string, Ended>()
  const emit = (event: NewEvent) => {
    if (event.type === 'scenario-ended' && event.retried !== true) ended.set(event.scenario, event)
    const stamped = mask.json({ at: clock.now(), run: options.run, ...event } as unknown as Json) as unknown as Event
    report = foldEvent(report, stamped)
    onEvent(stamped)
  }
  const project = options.project === undefined ? {} : { project: options.project }
  const keeping = {
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    ...(options.usualMs === undefined ? {} : { usualMs: options.usualMs }),
    ...(options.collect === undefined ? {} : { collect: { ...options.collect, asked: new Set<string>() } }),
    ...(options.resumed === undefined ? {} : { resumed: options.resumed }),
    ...(options.playback === undefined ? {} : { playback: options.playback }),
    ...(options.shortage === undefined ? {} : { shortage: options.shortage }),
  }
  let hasQuit = false
  const ask = options.pause
  const pausing =
    ask === undefined
      ? {}
      : {
          pause: async (...asked: Parameters<AskPerson>) => {
            const choice = await ask(...asked)
            if (choice === 'quit') hasQuit = true
            return choice
          },
        }
  const run: RunContext = {
    ...world,
    mask,
    allowLocal: options.allowLocal,
    secrets: options.secrets,
    ...project,
    ...keeping,
    ...pausing,
    emit,
  }
  const stopListening = world.hops.listen((message) => emit({ type: 'note', message }))
  const startedAt = clock.elapsed()
  const labelled = labelScenarios(scenarios)
  emit({
    type: 'run-started',
    testbed: testbed.name,
    target: testbed.target,
    scenarios: labelled.map(({ label }) => label),
    ...(options.shard === undefined ? {} : { shard: options.shard }),
    ...(options.cell === undefined ? {} : { cell: options.cell }),
    hosts: testbed.hosts.map(sketchHost),
    ...(options.graph === undefined ? {} : { graph: options.graph }),
    facts: factsOf(testbed),
    // What is judged by a record acts nowhere, whatever it is allowed.
    ...(options.allowLocal && options.playback === undefined ? { allowLocal: true as const } : {}),
  })
  const outcomes: (Outcome | 'flaky')[] = []
  let unasserted = 0
  const isExclusive = ({ scenario }: Labelled) => scenario.exclusive === true
  const isRed = (outcome: Outcome | 'flaky') => outcome === 'failed' || outcome === 'errored'
  const endOf = (label: string) => ended.get(label)
  // One that is gone on with has what it needs.
  const linksOf = options.resumed === undefined ? linkNeeds(labelled) : () => []
  const waitsFor = (item: Labelled) => linksOf(item).flatMap(({ items }) => items)
  const whyNot = async (scenario: Scenario, links: readonly Link[]) =>
    whyNotBegun(scenario, { interrupted: interruptions.signal.aborted, bailed: hasQuit || (options.bail && outcomes.some(isRed)) }) ??
    (await whyUnfit(scenario, run, interruptions.signal)) ??
    whyHeldBack(links, endOf)
  await schedule(labelled, { parallel: options.parallel, isExclusive, waitsFor }, async (item) => {
    const { scenario, label } = item
    const links = linksOf(item)
    const problem = await whyNot(scenario, links)
    if (problem !== undefined) unasserted += countClaims(scenario)
    outcomes.push(
      problem === undefined
        ? await runWithRetries(scenario, label, { ...run, needed: valuesOf(links, endOf) }, interruptions, options)
        : skipScenario(scenario, label, run, problem),
    )
  })
  const sums = sumScenarios(report.scenarios)
  emit({
    type: 'run-ended',
    outcome: judgeRun(report.scenarios, sums.assertions),
    durationMs: Math.round(clock.elapsed() - startedAt),
    interrupted: interruptions.signal.aborted,
    ...sums,
    ...(unasserted === 0 ? {} : { unasserted }),
  })
  // The connections may outlive the run: what is known of a machine later is no part of it.
  stopListening()
  return report
}

/** A machine as a picture of the testbed needs it. */
function sketchHost({ name, address, group, route }: Host): HostSketch {
  const via = route.at(-2)?.name
  return { name, address, ...(group === undefined ? {} : { group }), ...(via === undefined ? {} : { via }) }
}

/** A testbed without the ways there and credentials. */
function factsOf({ name, target, region, account, outputs, capabilities, hosts }: Testbed): TestbedFacts {
  const known = hosts.map(({ route: _way, ...host }) => host)
  return { name, target, region, account, outputs, ...(capabilities === undefined ? {} : { capabilities }), hosts: known }
}

/** Events name a scenario by its label: its name, with a number where several have the same. */
function labelScenarios(scenarios: readonly Scenario[]): readonly Labelled[] {
  const labels = tellApart(scenarios.map(({ name }) => name))
  return scenarios.map((scenario, index) => ({ scenario, label: labels[index] ?? scenario.name }))
}
