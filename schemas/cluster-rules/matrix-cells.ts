import type { Cluster } from '../cluster.ts'
import { deepFreeze } from '../../system/deep-freeze.ts'
import type { Json, JsonObject } from '../json.ts'
import { defaultSubnets } from '../../system/ipv4.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { alternatives, isObject, schemasOfKey, typesOf } from '../validation/schema-walk.ts'
import type { Schema } from '../validation/schema-walk.ts'

/** One testbed of a matrix. */
export interface MatrixCell {
  /** The values, in the order of the keys, with commas: `m4.large`, `m4.large,eu-west-1`. */
  readonly name: string
  /** What differs from the cluster: paths with dots, and their values as the file has them. */
  readonly overrides: Readonly<Record<string, string>>
  readonly cluster: Cluster
}

/** The cells of `matrix:`, every combination of its values, the last key fastest. None when there is no matrix. */
export function matrixCells(cluster: Cluster): readonly MatrixCell[] {
  const entries = Object.entries(cluster.matrix)
  if (entries.length === 0) return []
  const combinations = entries.reduce<readonly (readonly (readonly [string, string])[])[]>(
    (found, [key, values]) => found.flatMap((cell) => values.map((value) => [...cell, [key, value] as const])),
    [[]],
  )
  return combinations.map((pairs) => {
    const overrides = Object.fromEntries(pairs)
    return { name: pairs.map(([, value]) => value).join(','), overrides, cluster: overrideCluster(cluster, overrides) }
  })
}

/** A cluster with some values replaced. @param overrides  paths that {@link overridableKeys} names, values as a file has them */
export function overrideCluster(cluster: Cluster, overrides: Readonly<Record<string, string>>): Cluster {
  const copy = structuredClone(cluster) as unknown as Record<string, Json>
  for (const [key, value] of Object.entries(overrides)) {
    const path = key.split('.')
    const last = path.pop() ?? ''
    let at: Record<string, Json> = copy
    for (const step of path) at = at[step] as Record<string, Json>
    at[last] = isNumeric(key) && /^\d+$/.test(value) ? Number(value) : value
  }
  return deepFreeze(moveSubnets(copy as unknown as Cluster, cluster.network))
}

// Subnets that stand where a network has them by default move with the network when a cell of the matrix gives it another CIDR.
function moveSubnets(cluster: Cluster, before: Cluster['network']): Cluster {
  const [old, moved] = [defaultSubnets(before.cidr), defaultSubnets(cluster.network.cidr)]
  const follow = (key: 'public' | 'private'): string => (cluster.network[key] === old[key] ? moved[key] : cluster.network[key])
  return { ...cluster, network: { ...cluster.network, public: follow('public'), private: follow('private') } }
}

/** The keys of a cluster that a matrix may vary: those that hold one value, as paths with dots. @param schema  that of cluster.yaml */
export function overridableKeys(schema = schemaFile('cluster-rules/cluster.schema.json')): readonly string[] {
  const keys = (node: Json | undefined, path: string): readonly string[] => {
    const properties = isObject(node) ? node['properties'] : undefined
    if (isObject(properties)) return Object.entries(properties).flatMap(([key, value]) => keys(value, path === '' ? key : `${path}.${key}`))
    const types = typesOf(alternatives([node as Schema], schema))
    return !types.has('object') && (types.has('string') || types.has('number')) ? [path] : []
  }
  return keys(schema, '').filter((key) => key !== 'matrix')
}

function isNumeric(key: string): boolean {
  const schema = schemaFile('cluster-rules/cluster.schema.json')
  const found = key.split('.').reduce<readonly JsonObject[]>((at, step) => alternatives(schemasOfKey(at, step), schema), [schema])
  return typesOf(found).has('number')
}
