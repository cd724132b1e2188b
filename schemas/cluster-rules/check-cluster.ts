import type { ClusterCheck, PlaceOf } from './cluster-check.ts'
import { checkAccess } from './check-access.ts'
import { checkAgents, checkMachines } from './check-machines.ts'
import { checkBucket, checkRoleNames } from './check-names.ts'
import { checkNetwork } from './check-network.ts'
import { checkPackages } from './check-packages.ts'
import { checkRoles } from './check-roles.ts'
import type { Cluster } from '../cluster.ts'
import { entryOf } from '../yaml/located-node.ts'
import type { LocatedMap } from '../yaml/located-node.ts'
import type { Place, Problem } from '../problem.ts'

/** Every rule, with the sections of the file that it reads. */
const checks: readonly { readonly sections: readonly (keyof Cluster)[]; readonly check: ClusterCheck }[] = [
  { sections: ['access'], check: checkAccess },
  { sections: ['network'], check: checkNetwork },
  { sections: ['machines'], check: checkMachines },
  { sections: ['agents'], check: checkAgents },
  { sections: ['roles'], check: checkRoles },
  { sections: ['name', 'logBucket'], check: checkBucket },
  { sections: ['name', 'roles'], check: checkRoleNames },
  { sections: ['titus'], check: checkPackages },
]

/**
 * Checks what a schema cannot say, before anything is created or spent.
 *
 * @param cluster  fits the schema, defaults filled in
 * @param skip     sections that did not fit the schema: rules about them are left out, so that one mistake is told once
 */
export function checkCluster(cluster: Cluster, placeOf: PlaceOf, skip: ReadonlySet<string> = new Set()): readonly Problem[] {
  return checks.filter(({ sections }) => !sections.some((section) => skip.has(section))).flatMap(({ check }) => check(cluster, placeOf))
}

/** The places of the keys of a cluster file. */
export function placesIn(written: LocatedMap): PlaceOf {
  return (path, what = 'value') => {
    let place: Place = { ...written.place, length: 1 }
    let node: LocatedMap | undefined = written
    for (const [index, key] of path.entries()) {
      const entry = entryOf(node, key)
      if (entry === undefined) return place
      const isLast = index === path.length - 1
      place = isLast && what === 'value' ? entry.value.place : entry.keyPlace
      if (isLast) return place
      if (entry.value.kind === 'list') return entry.value.items[Number(path[index + 1])]?.place ?? place
      node = entry.value.kind === 'map' ? entry.value : undefined
      if (node === undefined) return place
    }
    return place
  }
}
