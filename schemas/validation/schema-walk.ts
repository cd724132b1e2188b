import type { Json, JsonObject } from '../json.ts'

/** A JSON Schema: an object, or `true` for anything and `false` for nothing. */
export type Schema = JsonObject | boolean

/** The names of JSON Schema's types. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

/**
 * Every schema that may apply to a value: the given ones, references followed, and the branches of their combinations.
 *
 * @param root  the schema that `#/…` references point into
 */
export function alternatives(schemas: readonly Schema[], root: Schema): readonly JsonObject[] {
  const found = new Set<JsonObject>()
  const visit = (schema: Json | undefined): void => {
    if (!isObject(schema) || found.has(schema)) return
    found.add(schema)
    if (typeof schema['$ref'] === 'string') visit(resolveReference(schema['$ref'], root))
    for (const key of ['anyOf', 'oneOf', 'allOf']) if (Array.isArray(schema[key])) schema[key].forEach(visit)
    for (const key of ['then', 'else']) visit(schema[key])
  }
  schemas.forEach(visit)
  return [...found]
}

/** The schemas of a mapping's value under `key`. */
export function schemasOfKey(schemas: readonly JsonObject[], key: string): readonly Schema[] {
  return schemas.flatMap((schema): readonly Schema[] => {
    const properties = schema['properties']
    if (isObject(properties) && Object.hasOwn(properties, key)) return [properties[key] as Schema]
    const patterns = schema['patternProperties']
    const matching = isObject(patterns) ? Object.entries(patterns).filter(([pattern]) => new RegExp(pattern, 'u').test(key)) : []
    if (matching.length > 0) return matching.map(([, value]) => value as Schema)
    return isSchema(schema['additionalProperties']) ? [schema['additionalProperties']] : []
  })
}

/** The schemas of a list's item. */
export function schemasOfItem(schemas: readonly JsonObject[]): readonly Schema[] {
  return schemas.flatMap((schema) => (isSchema(schema['items']) ? [schema['items']] : []))
}

/** The types that any of the schemas allows; empty when none of them says. */
export function typesOf(schemas: readonly JsonObject[]): ReadonlySet<JsonType> {
  const types = new Set<JsonType>()
  for (const schema of schemas) {
    const declared = schema['type']
    const names = typeof declared === 'string' ? [declared] : Array.isArray(declared) ? declared : []
    for (const name of names) types.add(name === 'integer' ? 'number' : (name as JsonType))
    const constants = [...(Array.isArray(schema['enum']) ? schema['enum'] : []), ...('const' in schema ? [schema['const'] as Json] : [])]
    if (names.length === 0) constants.forEach((value) => types.add(typeOf(value)))
  }
  return types
}

/** The JSON type of a value. */
export function typeOf(value: Json): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value as JsonType
}

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSchema(value: Json | undefined): value is Schema {
  return isObject(value) || typeof value === 'boolean'
}

function resolveReference(reference: string, root: Schema): Json | undefined {
  if (!reference.startsWith('#')) return undefined
  let at: Json | undefined = root
  for (const step of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    at = isObject(at) ? at[key] : undefined
  }
  return at
}
