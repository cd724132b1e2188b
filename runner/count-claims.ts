import type { Scenario, Step, Value } from '../schemas/scenario.ts'
import { stepKinds } from './steps/index.ts'

/**
 * How many assertions a scenario writes, whether it runs or not: each expectation of each of its steps, those that kinds imply, a cell of a table
 * each, and one for an invariant. A run may count more, where a step acts on several hosts.
 */
export function countClaims({ setup, steps, always, invariants }: Scenario): number {
  // One that steps name is counted there.
  return invariants.filter(({ isNamed }) => !isNamed).length + countInSteps([...setup, ...steps, ...always])
}

function countInSteps(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + timesOf(step) * countInStep(step), 0)
}

/** How often a step is done: once for each item of a list that the file fixes. */
function timesOf({ forEach }: Step): number {
  const list = forEach?.list
  return list?.type === 'list' ? list.items.length : 1
}

function countInStep({ kind, expect, params, use, steps, while: beside = [] }: Step): number {
  const shape = stepKinds[kind]
  const written = expect.map(({ key }) => key)
  const implied = Object.keys(shape?.implies ?? {}).filter((key) => !written.includes(key))
  const inner = countInSteps(use?.steps ?? steps ?? [])
  const own = use === undefined && steps === undefined && shape?.asserts === true ? ownClaims(params, shape.claimsIn) : 0
  return written.length + implied.length + beside.length + inner + own
}

/** What a kind asserts by itself: an entry of its table each, or one. */
function ownClaims(params: Value, claimsIn: string | undefined): number {
  if (claimsIn === undefined) return params.type === 'map' ? params.entries.length : 1
  const table = params.type === 'map' ? params.entries.find(({ key }) => key === claimsIn)?.value : undefined
  return table?.type === 'map' ? table.entries.reduce((sum, { value }) => sum + (value.type === 'map' ? value.entries.length : 1), 0) : 1
}
