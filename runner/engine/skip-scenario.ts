import type { Outcome } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { RunContext } from './frame.ts'
import { tellsOf } from './run-scenario.ts'

/** Tells of a scenario that does not run: skipped for a reason, or errored where the problem is an error. */
export function skipScenario(scenario: Scenario, label: string, run: Pick<RunContext, 'emit'>, problem: Problem): Outcome {
  const { file } = scenario
  const outcome = problem.severity === 'error' ? 'errored' : 'skipped'
  run.emit({ type: 'scenario-started', scenario: label, file, steps: 0, ...tellsOf(scenario) })
  run.emit({ type: 'scenario-ended', scenario: label, file, outcome, durationMs: 0, problem })
  return outcome
}
