import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Invariant } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { digestOf } from './asked.ts'
import type { Frame } from './frame.ts'

/** Digests of what an invariant claims, and of the values that it reads: where both are the same, so is what its polls came to. */
export function claimOf(invariant: Invariant, { scope, run }: Pick<Frame, 'scope' | 'run'>): Readonly<Record<string, string>> {
  const { roots, isOpen } = readsOf(invariant as unknown as Json)
  const read = Object.entries(scope.variables).filter(([name]) => isOpen || roots.has(name))
  return {
    'the claim': digestOf(withoutPlaces(invariant as unknown as Json)),
    'what it reads': digestOf(run.mask.json(Object.fromEntries(read))),
  }
}

/** Where something stands in its file is no part of what it says. */
function withoutPlaces(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutPlaces)
  if (!isObject(value)) return value
  const entries = Object.entries(value).filter(([key]) => key !== 'place' && key !== 'keyPlace')
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutPlaces(item)]))
}

/** The variables that its expressions read. The left sides of an `assert` are expressions too, which may read any. */
function readsOf(value: Json): { readonly roots: ReadonlySet<string>; readonly isOpen: boolean } {
  const roots = new Set<string>()
  let isOpen = false
  const look = (node: Json): void => {
    if (Array.isArray(node)) return (node as readonly Json[]).forEach(look)
    if (!isObject(node)) return
    if (node['kind'] === 'assert') isOpen = true
    if (node['type'] === 'expression') (node['roots'] as readonly string[]).forEach((root) => roots.add(root))
    ;(Object.values(node as JsonObject) as readonly Json[]).forEach(look)
  }
  look(value)
  return { roots, isOpen }
}
