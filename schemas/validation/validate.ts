import type { Placing } from '../flaw.ts'
import type { Json, JsonObject } from '../json.ts'
import { placeIn, toJson } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { whereKeyBelongs } from './misplaced-key.ts'
import { withoutMisspelt } from './misspelt-keys.ts'
import type { Problem } from '../problem.ts'
import { describeSchemaFlaw } from './schema-flaw.ts'
import type { SchemaFlaw } from './schema-flaw.ts'
import { checkOf, fillerOf } from './schema-checks.ts'
import type { CheckError } from './schema-checks.ts'
import { isObject, typeOf, typesOf, alternatives } from './schema-walk.ts'
import type { Schema } from './schema-walk.ts'

/**
 * Checks a node against a JSON Schema (draft 2020-12).
 *
 * @returns  every problem with its place: an unknown key at the key, a missing key at the mapping that lacks it, all else at the value;
 *           empty when the node is valid
 */
export function validate(node: LocatedNode, schema: JsonObject): readonly Problem[] {
  return validateValue(toJson(node), schema, (path, ofKey) => placeIn(node, path, ofKey))
}

/**
 * Checks a plain value against a JSON Schema (draft 2020-12), for values that come to be after loading.
 *
 * @param placeOf  the place of the value at a path; `ofKey` asks for the place of the last key itself. Without it the problems have none
 */
export function validateValue(value: Json, schema: Schema, placeOf: Placing = () => undefined): readonly Problem[] {
  const check = checkOf(schema)
  if (check(hasBigint(value) ? asNumbers(value) : value)) return []
  const errors = withoutTypeNoise(check.errors ?? []).filter((error) => error.keyword !== 'if' && error.propertyName === undefined)
  const flaws = withoutMisspelt(withoutUnionNoise(errors, schema).map(toSchemaFlaw))
  const problems = flaws.map((flaw) => {
    const problem = describeSchemaFlaw(flaw, placeOf(flaw.path, flaw.ofKey))
    // A name that is right elsewhere is no slip of the pen.
    const elsewhere = problem.code === 'unknown-key' ? whereKeyBelongs(schema, flaw.path) : undefined
    return elsewhere === undefined ? problem : { ...problem, hint: elsewhere }
  })
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
}

/** The validator knows no bigint: it sees the nearest number. */
function asNumbers(value: Json): Json {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(asNumbers)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asNumbers(item)]))
}

/** Whether a whole number beyond 2^53 stands anywhere in a value. */
export function hasBigint(value: Json): boolean {
  if (typeof value === 'bigint') return true
  return value !== null && typeof value === 'object' && Object.values(value).some(hasBigint)
}

/** A copy of `value` in which every key that is missing has the `default` of its schema, nested ones included. Nothing is checked. */
export function fillDefaults(value: Json, schema: JsonObject): Json {
  const copy = structuredClone(value)
  fillerOf(schema)(copy)
  return copy
}

function toSchemaFlaw(error: CheckError): SchemaFlaw {
  const path = pathOf(error.instancePath)
  const params = error.params as Readonly<Record<string, Json>>
  const named = params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName']
  const ofKey = typeof named === 'string'
  return {
    keyword: error.keyword,
    path: ofKey ? [...path, named] : path,
    ofKey,
    params,
    limit: error.schema as Json,
    schema: isObject(error.parentSchema as Json) ? (error.parentSchema as JsonObject) : {},
    found: error.data as Json,
    message: error.message ?? 'is not valid',
  }
}

function pathOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

// A union fails with the errors of all its branches. Only those of the branch that was meant say anything.
function withoutUnionNoise(errors: readonly CheckError[], root: Schema): readonly CheckError[] {
  const kept = new Set(errors)
  const below = groupByAncestor(errors)
  const unions = errors.filter((error) => error.keyword === 'anyOf' || error.keyword === 'oneOf')
  // Outer unions come last in ajv's list; deciding them first drops the inner ones of branches that were not meant.
  for (const union of unions.toReversed()) {
    if (!kept.has(union)) continue
    const inside = (below.get(union.instancePath) ?? []).filter((error) => kept.has(error) && isWithin(error, union))
    const branches = (union.schema as readonly Schema[]).map((branch) => {
      const parts = partsOf(branch, root)
      return { branch, errors: inside.filter((error) => parts.has(error.parentSchema as JsonObject)) }
    })
    const found = typeOf(union.data as Json)
    const fitting = branches.filter(({ branch }) => {
      const types = typesOf(alternatives([branch], root))
      return types.size > 0 && types.has(found)
    })
    const meant = fitting.toSorted((a, b) => depth(b.errors) - depth(a.errors) || a.errors.length - b.errors.length)[0]
    // For a value that has none of the forms, the message lists all of them.
    const isOther =
      meant?.errors.every(
        ({ keyword, instancePath }) => instancePath === union.instancePath && (keyword === 'const' || keyword === 'enum'),
      ) ?? true
    const keep = new Set(meant === undefined || isOther ? [union] : meant.errors)
    for (const error of [union, ...branches.flatMap((branch) => branch.errors)]) if (!keep.has(error)) kept.delete(error)
  }
  return [...kept]
}

/** Errors by the paths of all values that they stand in. */
function groupByAncestor(errors: readonly CheckError[]): ReadonlyMap<string, readonly CheckError[]> {
  const groups = new Map<string, CheckError[]>()
  for (const error of errors) {
    for (let path = error.instancePath; ; path = path.slice(0, path.lastIndexOf('/'))) {
      const group = groups.get(path)
      if (group === undefined) groups.set(path, [error])
      else group.push(error)
      if (path === '') break
    }
  }
  return groups
}

// A value of the wrong type is told as that alone: what else the same schema asks of it would only follow.
function withoutTypeNoise(errors: readonly CheckError[]): readonly CheckError[] {
  const key = ({ instancePath, schemaPath }: CheckError): string => `${instancePath} ${schemaPath.slice(0, schemaPath.lastIndexOf('/'))}`
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === 'type').map(key))
  return errors.filter((error) => error.keyword === 'type' || !mistyped.has(key(error)))
}

function isWithin(error: CheckError, union: CheckError): boolean {
  return error !== union && (error.instancePath === union.instancePath || error.instancePath.startsWith(`${union.instancePath}/`))
}

function depth(errors: readonly CheckError[]): number {
  const depths = errors.map((error) => pathOf(error.instancePath).length + (error.keyword === 'type' ? 0 : 0.5))
  return depths.reduce((most, each) => Math.max(most, each), 0)
}

// The schema objects that a branch is made of, by identity: ajv names the one that each error comes from.
function partsOf(branch: Schema, root: Schema): ReadonlySet<JsonObject> {
  const parts = new Set<JsonObject>()
  const visit = (schema: Json): void => {
    if (Array.isArray(schema)) return schema.forEach(visit)
    if (!isObject(schema) || parts.has(schema)) return
    for (const alternative of alternatives([schema], root)) {
      parts.add(alternative)
      Object.values(alternative).forEach(visit)
    }
  }
  visit(branch)
  return parts
}
