import type { Scenario, Step } from '../../schemas/scenario.ts'
import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import type { Invocation } from '../command.ts'
import { noTestbed } from './no-testbed.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { stepKinds } from '../../runner/steps/index.ts'

/** Whether scenarios name a host of a testbed, or read what one is. Which hosts they name the loader finds out. */
export async function needsTestbed(scenarios: readonly Scenario[], { cwd, options, project }: Invocation): Promise<boolean> {
  if (scenarios.some(readsTestbed)) return true
  const files = [...new Set(scenarios.map(({ file }) => file))]
  const { problems } = await loadScenarioFiles(files, cwd, { allowLocal: options['allowLocal'] === true, project, testbed: noTestbed })
  return problems.some(({ severity }) => severity === 'error')
}

function readsTestbed(scenario: Scenario): boolean {
  return hasRoot(scenario) || allSteps([...scenario.setup, ...scenario.steps, ...scenario.always]).some(assertsOnTestbed)
}

/** Whether a compiled expression in a value reads `testbed`. */
function hasRoot(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  if ('roots' in value && Array.isArray(value.roots)) return value.roots.includes('testbed')
  return Object.values(value).some(hasRoot)
}

function allSteps(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...allSteps([...(step.steps ?? []), ...(step.use?.steps ?? [])])])
}

/** The left sides of such a step are expressions, and stand as they were written. */
function assertsOnTestbed({ kind, params }: Step): boolean {
  if (stepKinds[kind]?.reads !== 'expectations' || params.type !== 'map') return false
  return params.entries.some(({ key }) => {
    const parsed = parseExpression(key)
    return !isFlaw(parsed) && parsed.reads.some(({ name }) => name === 'testbed')
  })
}
