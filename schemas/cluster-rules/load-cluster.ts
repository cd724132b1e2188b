import { checkCluster, placesOfKeys } from './check-cluster.ts'
import type { Broken } from './check-cluster.ts'
import { checkMatrix } from './check-matrix.ts'
import type { Cluster } from '../cluster.ts'
import { deepFreeze } from '../../system/deep-freeze.ts'
import { placeFlaw } from '../flaw.ts'
import type { Placing } from '../flaw.ts'
import type { Json, JsonObject } from '../json.ts'
import { toJson } from '../yaml/located-node.ts'
import type { LocatedMap } from '../yaml/located-node.ts'
import { defaultSubnets } from '../../system/ipv4.ts'
import { nearestName } from '../../system/nearest-name.ts'
import { byPlace } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { readYaml } from '../validation/read-yaml.ts'
import type { FittedNode } from '../validation/read-yaml.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { alternatives, isObject, schemasOfKey } from '../validation/schema-walk.ts'
import { fillDefaults } from '../validation/validate.ts'

/** A cluster, and where each of its values stands in its file. */
export interface LoadedCluster {
  readonly cluster: Cluster
  readonly placeOf: Placing
}

/**
 * Reads cluster.yaml. An empty file is a valid cluster: every key has a default.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     every problem of the file, warnings too; `cluster` (frozen, its defaults filled in), where its values stand, and notes, only when
 *              none is an error
 */
export function loadCluster(text: string, file: string): Partial<LoadedCluster> & { readonly problems: readonly Problem[] } {
  const schema = schemaFile('cluster-rules/cluster.schema.json')
  const { node = emptyMap(file), problems: invalid, broken: unfit = [] } = readYaml(text, file, schema)
  if (node.kind !== 'map' || (node.entries.length === 0 && invalid.length > 0)) return { problems: invalid }
  const { value: sound, broken } = withoutBroken(toJson(node), unfit)
  const filled = fillDefaults(sound, schema)
  for (const path of broken) fillGap(filled, path)
  const cluster = placeSubnets(filled)
  const flaws = [...checkCluster(cluster, broken), ...checkMatrix(cluster, broken)]
  const placeOf = placesOfKeys(node)
  const problems = [...invalid, ...flaws.map((flaw) => placeFlaw(flaw, placeOf))].toSorted(byPlace)
  return problems.some(({ severity }) => severity === 'error')
    ? { problems: problems.filter(({ severity }) => severity !== 'note') }
    : { cluster: deepFreeze(cluster), placeOf, problems }
}

/** Takes out what cannot be used. @returns the paths of the values that are missing now: a misspelt key's is that of the key that was meant */
function withoutBroken(value: Json, unfit: FittedNode['broken']): { readonly value: Json; readonly broken: Broken } {
  const copy = structuredClone(value)
  const broken = unfit.map(({ path, ofKey }) => {
    const [parent, key] = [path.slice(0, -1), path.at(-1) ?? '']
    const holder = valueAt(copy, parent)
    if (isObject(holder)) delete (holder as Record<string, Json>)[key]
    return ofKey ? [...parent, nearestName(key, keysAt(parent)) ?? key] : path
  })
  return { value: copy, broken }
}

/** A key whose value cannot be used is still there: where it has no default it holds null. */
function fillGap(filled: Json, path: readonly string[]): void {
  const holder = valueAt(filled, path.slice(0, -1))
  const key = path.at(-1) ?? ''
  if (isObject(holder) && !(key in holder)) (holder as Record<string, Json>)[key] = null
}

/** The keys that the schema knows at a path. */
function keysAt(path: readonly string[]): readonly string[] {
  const root = schemaFile('cluster-rules/cluster.schema.json')
  const schemas = path.reduce<readonly JsonObject[]>((at, key) => alternatives(schemasOfKey(at, key), root), [root])
  return schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []))
}

function valueAt(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value)
}

/** Lays the subnets into `network.cidr` where they are not written. */
function placeSubnets(filled: Json): Cluster {
  const { network } = filled as unknown as Cluster
  return { ...(filled as unknown as Cluster), network: { ...defaultSubnets(network.cidr), ...network } }
}

function emptyMap(file: string): LocatedMap {
  return { kind: 'map', entries: [], place: { file, line: 1, column: 1, length: 1 } }
}
