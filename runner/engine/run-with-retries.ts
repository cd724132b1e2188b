import type { Outcome, StepResult } from '../../schemas/event.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { NewEvent, RunContext } from './frame.ts'
import { runScenario } from './run-scenario.ts'
import type { Interruptions } from './run-scenario.ts'
import { isBroken } from './outcome.ts'

/** What becomes of a scenario that does not pass at once. */
export interface Retries {
  /** How often it is run again. */
  readonly retry: number
  /** Whether one that passes on a retry has failed. */
  readonly failOnFlaky: boolean
}

type ScenarioEnded = Extract<NewEvent, { readonly type: 'scenario-ended' }>

/** Runs a scenario until it passes, at most so often. One that passes on a retry is told as flaky, with what the attempts before came to.
 *  @param label  as `runScenario` takes it */
export async function runWithRetries(
  scenario: Scenario,
  label: string,
  run: RunContext,
  interruptions: Interruptions,
  { retry, failOnFlaky }: Retries,
): Promise<Outcome | 'flaky'> {
  const before: string[] = []
  for (let attempt = 1; ; attempt += 1) {
    let reason: string | undefined
    let ended: Outcome | 'flaky' | 'again' = 'errored'
    const end = (event: ScenarioEnded): ScenarioEnded => {
      const isRed = event.outcome === 'failed' || event.outcome === 'errored'
      if (isRed && attempt <= retry && !interruptions.signal.aborted) {
        before.push(`attempt ${attempt} ${event.outcome}: ${reason ?? event.problem?.message ?? ''}`)
        ended = 'again'
        return { ...event, retried: true }
      }
      ended = event.outcome
      if (event.outcome !== 'passed' || before.length === 0) return event
      const flaky = `passed on attempt ${attempt} of ${retry + 1}; ${before.join('; ')}`
      if (!failOnFlaky) {
        ended = 'flaky'
        return { ...event, flaky }
      }
      ended = 'failed'
      return { ...event, outcome: 'failed', flaky, problem: { code: 'flaky', severity: 'error', place: scenario.place, message: flaky } }
    }
    const emit = (event: NewEvent): void => {
      if (event.type === 'step-ended') reason ??= reasonOf(event.step)
      run.emit(event.type === 'scenario-ended' ? end(event) : event)
    }
    await runScenario(scenario, label, { ...run, emit }, interruptions)
    const last = ended as Outcome | 'flaky' | 'again'
    if (last !== 'again') return last
  }
}

/** Why a step that decides is red, in one line; undefined for one that is not, or that another one inside of it decided. */
function reasonOf(step: StepResult): string | undefined {
  if (step.cause !== undefined || !isBroken(step)) return undefined
  const why = step.checks.find(({ passed }) => !passed)?.explanation ?? step.problem?.message ?? ''
  return `"${step.name}": ${why.split('\n', 1)[0] ?? ''}`
}
