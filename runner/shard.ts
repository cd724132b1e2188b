import type { Scenario } from '../schemas/scenario.ts'

/** One part of several; the first is 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/**
 * The scenarios of one part, in their order. All parts together are all scenarios, each once. Each goes, the longest first, to the part that has
 * the least to do; the same scenarios and durations give the same parts everywhere.
 *
 * @param lastedMs  how long a scenario took; undefined when nobody knows: it counts as much as those that are known do in the middle
 */
export function chooseShard(
  scenarios: readonly Scenario[],
  { index, count }: Shard,
  lastedMs: (scenario: Scenario) => number | undefined,
): readonly Scenario[] {
  const known = scenarios.map(lastedMs)
  const sorted = known.filter((ms) => ms !== undefined).toSorted((a, b) => a - b)
  const usual = sorted[Math.floor(sorted.length / 2)] ?? 1
  const order = scenarios.map((scenario, at) => ({ scenario, ms: Math.max(known[at] ?? usual, 1), at }))
  const loads = Array.from({ length: count }, () => 0)
  const chosen = new Set<Scenario>()
  for (const { scenario, ms } of order.toSorted((a, b) => b.ms - a.ms || a.at - b.at)) {
    const least = loads.indexOf(Math.min(...loads))
    loads[least] = (loads[least] ?? 0) + ms
    if (least === index - 1) chosen.add(scenario)
  }
  return scenarios.filter((scenario) => chosen.has(scenario))
}
