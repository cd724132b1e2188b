import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Prints what scenarios would do. Nothing is contacted. @param testbed  where they would run, when one is up */
export async function tellPlan(scenarios: readonly Scenario[], testbed: Testbed | undefined, terminal: Terminal): Promise<number> {
  const [{ planScenario }, { renderPlan }] = await Promise.all([
    import('../../runner/plan/plan-scenario.ts'),
    import('../../runner/plan/render-plan.ts'),
  ])
  for (const [index, scenario] of scenarios.entries())
    terminal.out(`${index === 0 ? '' : '\n'}${renderPlan(await planScenario(scenario, testbed))}`)
  return exitCodes.passed
}
