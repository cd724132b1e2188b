import type { ClusterCheck } from './cluster-check.ts'
import { checkAccess } from './check-access.ts'
import { checkImage } from './check-image.ts'
import { checkAgentType, checkCapacity, checkMachines } from './check-machines.ts'
import { checkBucket, checkRoleNames } from './check-names.ts'
import { checkNetwork } from './check-network.ts'
import { checkPackages } from './check-packages.ts'
import { checkRegion } from './check-region.ts'
import { checkRoles } from './check-roles.ts'
import type { Cluster } from '../cluster.ts'
import type { Flaw } from '../flaw.ts'
import { entryOf } from '../yaml/located-node.ts'
import type { LocatedMap } from '../yaml/located-node.ts'
import type { Place } from '../problem.ts'

/** Every rule. */
const checks: readonly ClusterCheck[] = [
  checkRegion,
  checkAccess,
  checkNetwork,
  checkMachines,
  checkAgentType,
  checkImage,
  checkCapacity,
  checkRoles,
  checkBucket,
  checkRoleNames,
  checkPackages,
]

/** The paths of values that cannot be used. */
export type Broken = readonly (readonly string[])[]

/**
 * Checks what a schema cannot say, before anything is created or spent.
 *
 * @param cluster  defaults filled in
 * @param broken   values that did not fit the schema: what rests on one of them is not told, so that one mistake is told once
 */
export function checkCluster(cluster: Cluster, broken: Broken = []): readonly Flaw[] {
  const isBroken = (path: readonly string[]): boolean => broken.some((other) => other.every((key, index) => path[index] === key))
  return checks.flatMap((check) => check(cluster)).filter(({ path, needs = [] }) => ![path, ...needs].some(isBroken))
}

/** The places of the keys of a cluster file. */
export function placesOfKeys(written: LocatedMap): (path: readonly string[], ofKey: boolean) => Place {
  return (path, ofKey) => {
    let place: Place = { ...written.place, length: 1 }
    let node: LocatedMap | undefined = written
    for (const [index, key] of path.entries()) {
      const entry = entryOf(node, key)
      if (entry === undefined) return place
      const isLast = index === path.length - 1
      place = isLast && !ofKey ? entry.value.place : entry.keyPlace
      if (isLast) return place
      if (entry.value.kind === 'list') return entry.value.items[Number(path[index + 1])]?.place ?? place
      node = entry.value.kind === 'map' ? entry.value : undefined
      if (node === undefined) return place
    }
    return place
  }
}
