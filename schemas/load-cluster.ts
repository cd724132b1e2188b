import { checkCluster, placesIn } from './check-cluster.ts'
import { checkMatrix } from './check-matrix.ts'
import type { Cluster } from './cluster.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { Json, JsonObject } from './json.ts'
import { parseLocatedYaml } from './located-yaml.ts'
import { toJson, type LocatedMap, type LocatedNode } from './located-node.ts'
import { defaultSubnets } from './network.ts'
import { byPlace, type Problem } from './problem.ts'
import { applyScalarTypes } from './scalar-types.ts'
import { isObject } from './schema-walk.ts'
import { schemaFile } from './schema-file.ts'
import { fillDefaults, validate } from './validate.ts'

/**
 * Reads cluster.yaml. An empty file is a valid cluster: every key has a default.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     every problem of the file, warnings and notes too; `cluster` (frozen, its defaults filled in) only when none is an error
 */
export function loadCluster(text: string, file: string): { readonly cluster?: Cluster; readonly problems: readonly Problem[] } {
  const schema = schemaFile('cluster.schema.json')
  const { root, problems: syntax } = parseLocatedYaml(text, file)
  if (syntax.length > 0) return { problems: syntax }
  const written = root ?? emptyFile(file)
  const { node, problems: scalars } = applyScalarTypes(written, schema)
  if (node.kind !== 'map') return { problems: validate(node, schema) }
  const invalid = [...scalars, ...validate(node, schema)]
  // A section that does not fit the schema is left out here, so that the others can be checked all the same.
  const broken = new Set(sectionsOf(node, schema, scalars))
  const sound: LocatedMap = { ...node, entries: node.entries.filter(({ key }) => !broken.has(key)) }
  const cluster = buildCluster(toJson(sound) as JsonObject, schema)
  const placeOf = placesIn(sound)
  const checked = checkCluster(cluster, placeOf, broken)
  // The cells are judged against a sound cluster: what is wrong with the cluster itself is told once.
  const cells = invalid.length === 0 && checked.every(({ severity }) => severity !== 'error') ? checkMatrix(cluster, placeOf) : []
  const problems = [...invalid, ...checked, ...cells].toSorted(byPlace)
  return problems.some(({ severity }) => severity === 'error') ? { problems } : { cluster: deepFreeze(cluster), problems }
}

/** A cluster from the keys that are written: defaults filled in, the subnets laid into `network.cidr` where they are not written. */
export function buildCluster(written: JsonObject, schema: JsonObject = schemaFile('cluster.schema.json')): Cluster {
  const filled = fillDefaults(written, schema) as JsonObject
  const network = filled['network'] as { readonly cidr: string }
  const subnets: Json = { ...defaultSubnets(network.cidr), ...network }
  return { ...filled, network: subnets } as unknown as Cluster
}

function sectionsOf(node: LocatedMap, schema: JsonObject, scalars: readonly Problem[]): readonly string[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return node.entries
    .filter((entry) => {
      const { key, value } = entry
      if (!Object.hasOwn(properties, key)) return true
      const alone: LocatedMap = { kind: 'map', entries: [entry], place: node.place }
      return validate(alone, schema).length > 0 || scalars.some(({ place }) => place !== undefined && isInside(place.line, value))
    })
    .map(({ key }) => key)
}

function isInside(line: number, node: LocatedNode): boolean {
  if (node.kind === 'scalar') return node.place.line === line
  return (node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)).some((child) => isInside(line, child))
}

function emptyFile(file: string): LocatedMap {
  return { kind: 'map', entries: [], place: { file, line: 1, column: 1, length: 1 } }
}
