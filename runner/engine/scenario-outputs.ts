import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import type { Scope } from '../scope/scope.ts'
import { toProblem } from '../step-error.ts'

/** What a scenario gives that has passed; nothing when it declares nothing. @returns the problem of the first that has no value */
export async function evaluateOutputs(
  { outputs }: Pick<Scenario, 'outputs'>,
  scope: Scope,
  evaluation: Evaluation,
): Promise<{ readonly outputs?: Readonly<Record<string, Json>>; readonly problem?: Problem }> {
  if (outputs.length === 0) return {}
  const values: Record<string, Json> = {}
  for (const { key, value } of outputs) {
    try {
      values[key] = await evaluateValue(value, scope, evaluation)
    } catch (error) {
      const problem = toProblem(error, value.place)
      return { problem: { ...problem, message: `the output ${key}: ${problem.message}` } }
    }
  }
  return { outputs: values }
}

/** Gives a scope what the scenarios gave that this one needs. @returns the problem of one that is not there */
export function defineNeeds({ needs }: Pick<Scenario, 'needs'>, scope: Scope, values: Readonly<Record<string, Json>>): Problem | undefined {
  for (const { name, file, place } of needs) {
    const value = values[name]
    if (value === undefined) return { code: 'need-not-passed', severity: 'error', place, message: `it is not known what ${file} gave` }
    scope.define(name, value)
  }
  return undefined
}
