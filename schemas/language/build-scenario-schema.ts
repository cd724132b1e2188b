import type { Json, JsonObject } from '../json.ts'
import type { StepShape } from '../scenario.ts'
import { scenarioProperties, stepFileProperties } from './file-properties.ts'
import { everyStepProperties, invariantProperties, structuralKinds, withProperty } from './scenario-properties.ts'
import { isObject, typesOf } from '../validation/schema-walk.ts'
import { expressionPattern } from './template.ts'

/** A step kind, by name. */
export type StepKinds = Readonly<Record<string, StepShape>>

const named = new WeakMap<StepKinds, ReadonlySet<string>>()
const built = new WeakMap<StepKinds, { readonly scenario: JsonObject; readonly stepFile: JsonObject }>()

/** The JSON Schema (draft 2020-12) of a scenario file, made of the language's own part and the schemas of the step kinds. */
export function buildScenarioSchema(kinds: StepKinds): JsonObject {
  return schemasFor(kinds).scenario
}

/** The JSON Schema (draft 2020-12) of a file of reusable steps. */
export function buildStepFileSchema(kinds: StepKinds): JsonObject {
  return schemasFor(kinds).stepFile
}

/** The names of all kinds: the registry's and the language's own. */
export function kindNames(kinds: StepKinds): ReadonlySet<string> {
  const names = named.get(kinds) ?? new Set([...Object.keys(kinds), ...Object.keys(structuralKinds)])
  named.set(kinds, names)
  return names
}

// The schemas of a registry are made once, so that they are also compiled once.
function schemasFor(kinds: StepKinds): { readonly scenario: JsonObject; readonly stepFile: JsonObject } {
  let schemas = built.get(kinds)
  if (schemas === undefined) {
    const step = stepSchema(kinds)
    const parts = { step, invariant: invariantSchema(kinds) }
    schemas = {
      scenario: fileSchema(
        'A scenario',
        'Ordered steps that show what must be true of a testbed.',
        scenarioProperties,
        ['scenario', 'steps'],
        parts,
      ),
      stepFile: fileSchema('Reusable steps', 'Steps that scenarios run with `use`.', stepFileProperties, ['steps'], parts),
    }
    built.set(kinds, schemas)
  }
  return schemas
}

function fileSchema(
  title: string,
  description: string,
  properties: JsonObject,
  required: readonly string[],
  $defs: JsonObject,
): JsonObject {
  const $schema = 'https://json-schema.org/draft/2020-12/schema'
  return { $schema, title, description, type: 'object', additionalProperties: false, required, properties, $defs }
}

/** What may stand under each kind. */
function kindProperties(kinds: StepKinds): JsonObject {
  const properties = Object.entries(kinds).map(([name, { summary, schema }]) => {
    const described = { description: summary, ...schema }
    // What stands under a kind is a mapping or a list at load, so that its keys can be checked.
    return [name, isObjectSchema(schema) ? withExpressionsInside(described) : allowExpressions(described)] as const
  })
  return Object.fromEntries(properties)
}

function invariantSchema(kinds: StepKinds): JsonObject {
  const pollable = Object.fromEntries(Object.entries(kinds).filter(([, { pollable }]) => pollable === true))
  return {
    description: 'A claim that is polled while steps run: exactly one kind that reads, and what is common to all.',
    type: 'object',
    additionalProperties: false,
    properties: { ...kindProperties(pollable), ...invariantProperties },
    oneOf: Object.keys(pollable).map((kind) => ({ required: [kind] })),
  }
}

function stepSchema(kinds: StepKinds): JsonObject {
  const { name, ...others } = everyStepProperties
  return {
    description: 'A step: exactly one kind, and what is common to all.',
    type: 'object',
    additionalProperties: false,
    properties: { name: name ?? true, ...kindProperties(kinds), ...structuralKinds, with: withProperty, ...others },
    oneOf: [...kindNames(kinds)].map((kind) => ({ required: [kind] })),
  }
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' || schema['type'] === 'array'
}

/**
 * The same schema, with `${{ expression }}` allowed wherever a value stands: its type is known when the step runs, and is checked then.
 * The description stands in both places: editors look in the first, messages in the second.
 */
function allowExpressions(schema: Json): Json {
  if (!isObject(schema) || isAnything(schema)) return schema
  const inside = withExpressionsInside(schema)
  const { description } = inside
  return { ...(description === undefined ? {} : { description }), if: { type: 'string', pattern: expressionPattern }, else: inside }
}

function withExpressionsInside(schema: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...schema }
  for (const key of ['properties', 'patternProperties']) {
    const properties = schema[key]
    if (isObject(properties))
      result[key] = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, allowExpressions(value)]))
  }
  for (const key of ['additionalProperties', 'items']) if (isObject(schema[key])) result[key] = allowExpressions(schema[key])
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[key]
    if (Array.isArray(branches)) result[key] = branches.map((branch: Json) => (isObject(branch) ? withExpressionsInside(branch) : branch))
  }
  return result
}

// A text without further rules takes an expression as it is; so does what has no rules at all.
function isAnything(schema: JsonObject): boolean {
  const rules = Object.keys(schema).filter(
    (key) => !['type', 'description', 'title', 'default', 'examples', 'minLength', '$comment'].includes(key),
  )
  if (rules.length > 0) return false
  const types = typesOf([schema])
  return types.size === 0 || types.has('string')
}
