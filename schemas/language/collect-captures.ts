import { childOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import type { Place } from '../problem.ts'
import { structural } from './scenario-properties.ts'

/** Every name that the steps capture, those inside groups too, with its first place. */
export function collectCaptures(lists: readonly (LocatedNode | undefined)[]): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  const visit = (steps: LocatedNode | undefined): void => {
    for (const step of steps?.kind === 'list' ? steps.items : []) {
      const capture = childOf(step, 'capture')
      if (capture?.kind === 'map') for (const { key, keyPlace } of capture.entries) if (!found.has(key)) found.set(key, keyPlace)
      visit(childOf(step, structural.steps))
    }
  }
  lists.forEach(visit)
  return found
}
