import { dirname, resolve } from 'node:path'
import { capabilitiesOf } from '../../schemas/capabilities.ts'
import type { Outcome, StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { isTooShort } from '../../schemas/secret.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { outputLimitBytes } from '../hops/bounded-output.ts'
import { startDeadline } from '../time/deadline.ts'
import type { Deadline } from '../time/deadline.ts'
import { evaluateEnvironment, evaluateValue } from '../scope/evaluate.ts'
import type { NewEvent, RunContext } from './frame.ts'
import { judgeKnownFailure } from './known-failure.ts'
import { combineOutcomes, isCutShort, weighStep } from './outcome.ts'
import type { Interruption } from './outcome.ts'
import { renderDuration } from '../time/render-duration.ts'
import { createFaults, healFaults } from './faults.ts'
import { followSteps } from './follow-steps.ts'
import { runBesideInvariants } from './run-beside-invariants.ts'
import { runInOrder } from './run-in-order.ts'
import { createPause } from './pause.ts'
import { keepScope, restoreScope } from './kept-scope.ts'
import { askMachines, hostsReached } from './ask-machines.ts'
import { runStep } from './run-step.ts'
import { excuseShortage } from './short-of-machines.ts'
import { defineNeeds, evaluateOutputs } from './scenario-outputs.ts'
import { createScope, describeTestbed } from '../scope/scope.ts'
import type { Scope } from '../scope/scope.ts'
import { stepKinds } from '../steps/index.ts'
import { toProblem } from '../step-error.ts'

/** The signals that end a run from outside. */
export interface Interruptions {
  /** The first Ctrl-C: no new step, but `always` still runs. */
  readonly signal: AbortSignal
  /** The second one: `always` is given up too. */
  readonly abandon: AbortSignal
}

/**
 * Runs a scenario: setup, steps, then `always` whatever happened. Emits everything; never throws for what a step can meet.
 *
 * @param label  its name in the events of this run, unique there
 */
export async function runScenario(scenario: Scenario, label: string, run: RunContext, interruptions: Interruptions): Promise<Outcome> {
  const { setup, steps, always, invariants, file } = scenario
  const startedAt = run.clock.elapsed()
  const first = setup.length + steps.length
  const polled = invariants.filter(({ isNamed }) => !isNamed).length
  run.emit({ type: 'scenario-started', scenario: label, file, steps: first + always.length + polled, ...tellsOf(scenario) })
  let assertions = 0
  const touched = new Set<string>()
  const since = run.clock.now()
  const progress = followSteps()
  const faults = createFaults()
  const emit = (event: NewEvent) => {
    if (event.type === 'step-ended') {
      assertions += event.step.checks.length
      for (const host of hostsReached(event.step)) touched.add(host)
    }
    progress.follow(event)
    run.emit(tellKnownFailure(event, scenario))
  }
  const scope = createScope({ testbed: describeTestbed(run.testbed, capabilitiesOf(run.testbed, stepKinds)) }, run.mask)
  const deadline = startDeadline(scenario.timeoutMs, interruptions.signal)
  const fence = {
    folders: [...new Set([dirname(resolve(file)), ...(run.project === undefined ? [] : [run.project])])],
    open: run.allowLocal,
  }
  const maxOutputBytes = scenario.maxOutputBytes ?? outputLimitBytes
  const place = { scenario: label, within: [], folders: [dirname(file)], fence }
  const frame = { ...place, run, maxOutputBytes, scope, cleaning: false, emit, faults, running: () => progress.running(), runStep }
  const pause = run.pause === undefined ? {} : { pause: createPause(run.pause, deadline) }
  const limited = {
    ...frame,
    ...pause,
    signal: deadline.signal,
    interruption: () => interruption(interruptions.signal, deadline, scenario),
  }
  const unlimited = { ...frame, cleaning: true, signal: interruptions.abandon, interruption: () => interruption(interruptions.abandon) }
  const evaluation = run.evaluator.under(deadline.signal)
  const resumed = run.resumed?.[scenario.name]
  if (resumed !== undefined) run.mask.add([...resumed.hidden])
  let problem =
    defineNeeds(scenario, scope, resumed?.captured ?? run.needed ?? {}) ??
    defineSecrets(scenario, scope, run.secrets) ??
    (await defineVariables(scenario, scope, evaluation))
  if (resumed !== undefined) restoreScope(scope, resumed)
  let results: readonly StepResult[] = []
  try {
    const env = problem === undefined ? await evaluateEnvironment(scenario.env, scope, evaluation) : {}
    const work = await runBesideInvariants(scenario, { ...limited, env }, problem?.message)
    await askMachines({ scenario, label, since, touched: [...touched] }, work, run, interruptions)
    // The steps of `always` run whatever became of those before them: what one of them could not clean up must not keep the next from
    // trying.
    const kept = run.keep === undefined || interruptions.signal.aborted ? undefined : keepScope(scenario, scope, work, resumed?.from ?? 0)
    if (kept !== undefined) run.keep?.(kept)
    const notCleared = problem?.message ?? (kept === undefined ? undefined : 'what it made is kept (--keep-on-fail)')
    const cleanUp = await runInOrder(always, [], { ...unlimited, env }, { first, after: notCleared, goOn: true })
    // What is kept stays as it was broken. The paths of what is healed come after those of invariants.
    const healing = kept === undefined ? faults : createFaults()
    const healed = await healFaults(healing, first + always.length + invariants.length, { ...unlimited, env }, scenario.place)
    results = [...work, ...cleanUp, ...healed]
    // A step that was cut off at work has a problem of its own. Soft and skipped steps do not decide the outcome, so the scenario says it
    // for them.
    const cut = work.find((step) => isCutShort(step.problem) && (step.soft || step.outcome === 'skipped'))
    if (cut?.problem !== undefined) problem = { ...cut.problem, severity: 'error', place: scenario.place }
  } catch (error) {
    problem = toProblem(error, scenario.place)
  } finally {
    deadline.dispose()
  }
  const outcome = problem === undefined ? combineOutcomes(results.map(weighStep)) : 'errored'
  // One that is only cleared away has no steps.
  problem ??= outcome === 'passed' && assertions === 0 && steps.length > 0 ? nothingAsserted(scenario) : undefined
  const claimed = outcome === 'passed' && problem !== undefined ? 'failed' : outcome
  const given = claimed === 'passed' ? await evaluateOutputs(scenario, scope, run.evaluator.under(interruptions.abandon)) : {}
  const verdict = given.problem === undefined ? { outcome: claimed, problem } : { outcome: 'errored' as const, problem: given.problem }
  const excused = await excuseShortage(scenario, verdict, since, run.shortage, interruptions.abandon)
  const { outcome: judged, problem: told, knownFailure } = judgeKnownFailure(scenario, excused)
  run.emit({
    type: 'scenario-ended',
    scenario: label,
    file,
    outcome: judged,
    durationMs: Math.round(run.clock.elapsed() - startedAt),
    ...(told === undefined ? {} : { problem: told }),
    ...(knownFailure === undefined ? {} : { knownFailure }),
    ...(judged === 'passed' && given.outputs !== undefined ? { outputs: given.outputs } : {}),
  })
  return judged
}

/** What the beginning of a scenario tells of it. */
export function tellsOf({ description, owner }: Scenario): Pick<Scenario, 'description' | 'owner'> {
  return { ...(description === undefined ? {} : { description }), ...(owner === undefined ? {} : { owner }) }
}

/** A step that fails in a scenario which is known to fail says so. */
function tellKnownFailure(event: NewEvent, { knownFailure }: Scenario): NewEvent {
  if (event.type !== 'step-ended' || event.step.outcome !== 'failed' || knownFailure === undefined) return event
  return { ...event, step: { ...event.step, knownFailure } }
}

function interruption(signal: AbortSignal, deadline?: Deadline, scenario?: Scenario): Interruption | undefined {
  if (signal.aborted) return { code: 'interrupted', message: 'the run was interrupted' }
  if (deadline?.passed !== true || scenario === undefined) return undefined
  return { code: 'scenario-timeout', message: `the scenario's ${renderDuration(scenario.timeoutMs)} are over (\`timeout:\`)` }
}

function defineSecrets({ secrets }: Scenario, scope: Scope, values: RunContext['secrets']): Problem | undefined {
  for (const { name, place } of secrets) {
    const value = values[name]
    if (value === undefined || isTooShort(value)) {
      const message = `the environment variable ${name} is not there, or too short to be masked`
      return { code: 'missing-secret', severity: 'error', place, message }
    }
    scope.define(name, value, true)
  }
  return undefined
}

async function defineVariables(scenario: Scenario, scope: Scope, evaluation: Evaluation): Promise<Problem | undefined> {
  for (const { key, value } of scenario.vars) {
    try {
      scope.define(key, await evaluateValue(value, scope, evaluation))
    } catch (error) {
      return toProblem(error, value.place)
    }
  }
  return undefined
}

function nothingAsserted({ place }: Scenario): Problem {
  return {
    code: 'nothing-asserted',
    severity: 'error',
    place,
    message: 'no step asserted anything: it would pass whatever happens',
    hint: 'say what must hold: `expect:`',
  }
}
