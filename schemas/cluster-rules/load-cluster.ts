import { checkCluster, placesIn } from './check-cluster.ts'
import { checkMatrix } from './check-matrix.ts'
import type { Cluster } from '../cluster.ts'
import { deepFreeze } from '../../system/deep-freeze.ts'
import type { Json, JsonObject } from '../json.ts'
import { toJson } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedMap } from '../yaml/located-node.ts'
import { defaultSubnets } from '../../system/ipv4.ts'
import { byPlace } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { fitSchema, readYaml } from '../validation/read-yaml.ts'
import { schemaFile } from '../validation/schema-file.ts'
import { fillDefaults } from '../validation/validate.ts'

/**
 * Reads cluster.yaml. An empty file is a valid cluster: every key has a default.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     every problem of the file, warnings too; `cluster` (frozen, its defaults filled in), and notes, only when none is an error
 */
export function loadCluster(text: string, file: string): { readonly cluster?: Cluster; readonly problems: readonly Problem[] } {
  const schema = schemaFile('cluster-rules/cluster.schema.json')
  const { node = emptyMap(file), problems: invalid } = readYaml(text, file, schema)
  if (node.kind !== 'map' || (node.entries.length === 0 && invalid.length > 0)) return { problems: invalid }
  // A section that does not fit the schema is left out here, so that the others can be checked all the same.
  const broken = new Set(brokenSections(node, schema))
  const sound: LocatedMap = { ...node, entries: node.entries.filter(({ key }) => !broken.has(key)) }
  const cluster = buildCluster(toJson(sound) as JsonObject, schema)
  const placeOf = placesIn(sound)
  const checked = checkCluster(cluster, placeOf, broken)
  // The cells are judged against a sound cluster: what is wrong with the cluster itself is told once.
  const cells = invalid.length === 0 && checked.every(({ severity }) => severity !== 'error') ? checkMatrix(cluster, placeOf) : []
  const problems = [...invalid, ...checked, ...cells].toSorted(byPlace)
  return problems.some(({ severity }) => severity === 'error')
    ? { problems: problems.filter(({ severity }) => severity !== 'note') }
    : { cluster: deepFreeze(cluster), problems }
}

/** A cluster from the keys that are written: defaults filled in, the subnets laid into `network.cidr` where they are not written. */
function buildCluster(written: JsonObject, schema: JsonObject): Cluster {
  const filled = fillDefaults(written, schema) as JsonObject
  const network = filled['network'] as { readonly cidr: string }
  const subnets: Json = { ...defaultSubnets(network.cidr), ...network }
  return { ...filled, network: subnets } as unknown as Cluster
}

function brokenSections(node: LocatedMap, schema: JsonObject): readonly string[] {
  const alone = (entry: LocatedEntry): LocatedMap => ({ kind: 'map', entries: [entry], place: node.place })
  return node.entries.filter((entry) => fitSchema(alone(entry), schema).problems.length > 0).map(({ key }) => key)
}

function emptyMap(file: string): LocatedMap {
  return { kind: 'map', entries: [], place: { file, line: 1, column: 1, length: 1 } }
}
