import type { Scenario } from '../../schemas/scenario.ts'

/**
 * Scenarios and those that they need, each once, behind all that it needs.
 *
 * @param chosen  those that were selected, in the order to run them in
 * @param all     every scenario that is known; what is not among them is left out
 */
export function withNeeded(chosen: readonly Scenario[], all: readonly Scenario[]): readonly Scenario[] {
  const ordered = new Set<Scenario>()
  const begun = new Set<Scenario>()
  const take = (scenario: Scenario): void => {
    if (begun.has(scenario)) return
    begun.add(scenario)
    for (const { file } of scenario.needs) all.filter((other) => other.file === file).forEach(take)
    ordered.add(scenario)
  }
  chosen.forEach(take)
  return [...ordered]
}
