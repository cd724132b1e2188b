import type { StepResult } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Scope } from '../scope/scope.ts'
import { isBroken } from './outcome.ts'

/** What is left of a scenario that did not pass and was not cleared away: enough to go on with it, or to clear it away later. */
export interface KeptScenario {
  readonly name: string
  readonly file: string
  /** What its steps captured. Secrets are in plain. */
  readonly captured: Readonly<Record<string, Json>>
  /** Those of them that are secret. */
  readonly secrets: readonly string[]
  /** Texts inside of the others that are secret. */
  readonly hidden: readonly string[]
  /** The step that did not pass, of setup and steps together; the first is 0. */
  readonly failedAt: number
}

/** What a scenario that was kept goes on with. */
export type Resumed = Pick<KeptScenario, 'captured' | 'secrets' | 'hidden'> & {
  /** How many of its steps are left out, since they ran before. */
  readonly from: number
}

/** What to keep of a scenario whose steps did not pass; undefined when they did. @param from  how many of its steps were left out */
export function keepScope(
  { name, file, vars, secrets }: Scenario,
  scope: Scope,
  work: readonly StepResult[],
  from: number,
): KeptScenario | undefined {
  const red = work.find((step) => step.path.length === 1 && isBroken(step))
  if (red === undefined) return undefined
  const own = new Set(['testbed', ...vars.map(({ key }) => key), ...secrets.map((secret) => secret.name)])
  const captured = Object.fromEntries(Object.entries(scope.variables).filter(([key]) => !own.has(key)))
  const hidden = scope.hiddenIn(captured)
  return { name, file, captured, secrets: scope.secretNames().filter((key) => !own.has(key)), hidden, failedAt: from + (red.path[0] ?? 0) }
}

/** Gives a scope what a scenario had captured before it was kept; what has a value by then keeps it. */
export function restoreScope(scope: Scope, { captured, secrets }: Resumed): void {
  for (const [key, value] of Object.entries(captured))
    if (!Object.hasOwn(scope.variables, key)) scope.define(key, value, secrets.includes(key))
}
