import { fieldOf } from '../debian/status.ts'
import type { PlannedPackage } from './plan.ts'

/**
 * The part of a plan that some of its packages need: themselves and all that they depend on. So one resolution by apt, which takes
 * a second, serves every layer of an image.
 *
 * @param plan   a resolved whole: every dependency in it is met by it
 * @param names  packages of the plan to begin with; others count for nothing
 * @returns      in the order of the plan
 * @see Debian policy 7.1: groups are separated by commas, alternatives by bars, a version stands in brackets
 */
export function selectClosure(plan: readonly PlannedPackage[], names: readonly string[]): readonly PlannedPackage[] {
  const byName = new Map(plan.map((item) => [item.name, item]))
  const providers = buildProviders(plan)
  const chosen = new Set<string>()
  const waiting = names.filter((name) => byName.has(name))
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (chosen.has(name)) continue
    chosen.add(name)
    for (const alternatives of dependenciesOf(byName.get(name)?.control ?? '')) {
      const candidates = alternatives.flatMap((alternative) => [
        ...(byName.has(alternative) ? [alternative] : []),
        ...(providers.get(alternative) ?? []),
      ])
      const first = candidates[0]
      if (first !== undefined && !candidates.some((candidate) => chosen.has(candidate))) waiting.push(first)
    }
  }
  return plan.filter((item) => chosen.has(item.name))
}

function buildProviders(plan: readonly PlannedPackage[]): ReadonlyMap<string, readonly string[]> {
  const providers = new Map<string, string[]>()
  for (const item of plan) {
    for (const [name] of parseRelations(fieldOf(item.control, 'Provides'))) {
      if (name !== undefined) providers.set(name, [...(providers.get(name) ?? []), item.name])
    }
  }
  return providers
}

function dependenciesOf(control: string): readonly (readonly string[])[] {
  return [...parseRelations(fieldOf(control, 'Pre-Depends')), ...parseRelations(fieldOf(control, 'Depends'))]
}

/** `libc6 (>= 2.36), awk | mawk:any` -> `[['libc6'], ['awk', 'mawk']]`. */
export function parseRelations(field: string): readonly (readonly string[])[] {
  return field
    .split(',')
    .map((group) => group.split('|').map((alternative) => alternative.replace(/\([^()]*\)|\[[^[\]]*\]|:\w+/g, '').trim()))
    .map((group) => group.filter((name) => name !== ''))
    .filter((group) => group.length > 0)
}
