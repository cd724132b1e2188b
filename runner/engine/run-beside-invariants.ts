import type { StepResult } from '../../schemas/event.ts'
import type { Place } from '../../schemas/problem.ts'
import type { Invariant, Scenario } from '../../schemas/scenario.ts'
import { describeInvariant, neverPolled } from './describe-invariant.ts'
import type { Frame } from './frame.ts'
import { noPolls } from './poll-record.ts'
import { runInOrder, whyStopped } from './run-in-order.ts'
import { startWatch } from './watch.ts'

/** Runs setup, then the steps beside the invariants of the scenario. @param after  why none may run, when that is known before
 *  @returns what all came to, in the order of their paths */
export async function runBesideInvariants(scenario: Scenario, frame: Frame, after: string | undefined): Promise<readonly StepResult[]> {
  const { setup, steps, always, invariants } = scenario
  const prepared = await runInOrder(setup, [], frame, { after })
  const stopped = after ?? whyStopped(prepared, frame.pause) ?? frame.interruption()?.message
  // The paths of invariants come after those of all steps.
  const first = setup.length + steps.length + always.length
  const general = invariants.filter(({ isNamed }) => !isNamed)
  const named = invariants.filter(({ isNamed }) => isNamed)
  const polled = new Set<Place>()
  const emit: Frame['emit'] = (event) => {
    if (event.type === 'step-ended' && event.step.invariant !== undefined) polled.add(event.step.place)
    frame.emit(event)
  }
  const watch = stopped === undefined ? await startWatch(general, [], first, frame) : undefined
  const work = await runInOrder(steps, [], { ...frame, emit }, { first: setup.length, after: after ?? whyStopped(prepared, frame.pause) })
  const watched = (await watch?.stop()) ?? general.map((invariant, index) => tellUnpolled(invariant, [first + index], frame, stopped))
  const unpolled = named
    .filter(({ step }) => !polled.has(step.place))
    .map((invariant, index) => tellUnpolled(invariant, [first + general.length + index], frame, stopped ?? whyStopped(work, frame.pause)))
  return [...prepared, ...work, ...watched, ...unpolled]
}

/** Tells of an invariant that was never polled: skipped where the steps were, errored where they ran without it. */
function tellUnpolled(invariant: Invariant, path: readonly number[], frame: Frame, reason: string | undefined): StepResult {
  const result = describeInvariant(invariant, path, noPolls, { frame, durationMs: 0, toEpoch: (ms) => ms })
  const { place } = result
  const step: StepResult =
    reason === undefined
      ? { ...result, outcome: 'errored', problem: neverPolled(invariant) }
      : { ...result, outcome: 'skipped', problem: { code: 'skipped', severity: 'note', place, message: reason } }
  frame.emit({ type: 'step-ended', scenario: frame.scenario, step })
  return step
}
