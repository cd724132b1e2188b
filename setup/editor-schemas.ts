import type { MatcherShapes } from '../schemas/language/check-argument.ts'
import type { HostNames } from '../schemas/resolve-host.ts'
import { expressionPattern } from '../schemas/language/template.ts'
import type { Json, JsonObject } from '../schemas/json.ts'
import type { StepShape } from '../schemas/scenario.ts'
import { isObject } from '../schemas/validation/schema-walk.ts'

/** What an editor may know of scenarios beyond the form of their files. */
export interface EditorKnowledge {
  readonly kinds: Readonly<Record<string, StepShape>>
  readonly matchers: MatcherShapes
  readonly hosts: HostNames
  /** The shipped files of reusable steps, by the end of their paths (`lib/submit.yaml`). */
  readonly library: Readonly<Record<string, LibraryFile>>
}

/** What a file of reusable steps declares. */
export interface LibraryFile {
  readonly summary: string
  readonly inputs: Readonly<Record<string, JsonObject>>
  readonly outputs: readonly string[]
}

/** The schema of a scenario or of reusable steps for editors: what the loader asks of the form, and what it finds out afterwards, as far as
 *  a schema can say it. The loader does not read it, so that its messages stay its own. */
export function scenarioSchemaForEditors(schema: JsonObject, knowledge: EditorKnowledge): JsonObject {
  const { $defs, ...file } = asEditorsRead(schema) as JsonObject
  const step = isObject($defs) && isObject($defs['step']) ? $defs['step'] : {}
  const properties = step['properties'] as Readonly<Record<string, JsonObject>>
  const invariant = ($defs as JsonObject)['invariant'] as JsonObject
  const polled = invariant['properties'] as Readonly<Record<string, JsonObject>>
  const withExpectations = (key: string): JsonObject => ({ ...properties[key], additionalProperties: expected })
  const common = {
    host: { ...omit(properties['host'] ?? {}, 'type'), anyOf: [host, { type: 'array', items: host }] },
    expect: withExpectations('expect'),
    assert: withExpectations('assert'),
  }
  return {
    ...file,
    $defs: {
      ...(isObject($defs) ? $defs : {}),
      step: {
        ...step,
        properties: {
          ...properties,
          ...common,
          use: { ...properties['use'], examples: Object.keys(knowledge.library) },
          with: omit(properties['with'] ?? {}, 'additionalProperties'),
        },
        allOf: [...Object.entries(knowledge.kinds).flatMap(resultsOfKind), ...Object.entries(knowledge.library).map(interfaceOfFile)],
      },
      invariant: {
        ...invariant,
        properties: { ...polled, ...common },
        allOf: Object.entries(knowledge.kinds)
          .filter(([kind]) => Object.hasOwn(polled, kind))
          .flatMap(resultsOfKind),
      },
      host: hostSchema(knowledge.hosts),
      expected: expectedSchema(knowledge.matchers),
    },
  }
}

/** The schema of cluster.yaml for editors. @param agentTypes  the instance types that agents may have @param keys  what a matrix may vary */
export function clusterSchemaForEditors(schema: JsonObject, agentTypes: readonly string[], keys: readonly string[]): JsonObject {
  const values = (key: string): JsonObject =>
    key === 'agents.instanceType' ? { items: { type: 'string', enum: agentTypes, description: 'An instance type.' } } : {}
  const varied = keys.map((key) => [key, { description: `The values of ${key}.`, type: 'array', ...values(key) }] as const)
  const machines = ((schema['properties'] as JsonObject)['machines'] as JsonObject)['properties'] as JsonObject
  const changes: readonly (readonly [string, JsonObject])[] = [
    ['agents.instanceType', { enum: agentTypes }],
    ...Object.keys(machines).map((name) => [`machines.${name}.instanceType`, { examples: agentTypes }] as const),
    ['matrix', { properties: Object.fromEntries(varied) }],
  ]
  return changes.reduce((changed, [key, more]) => change(changed, key.split('.'), more), schema)
}

const host: JsonObject = { $ref: '#/$defs/host' }
const expected: JsonObject = { $ref: '#/$defs/expected' }
const expression: JsonObject = { type: 'string', pattern: expressionPattern, description: 'an expression' }

function hostSchema({ machines, groups }: HostNames): JsonObject {
  const members = groups.flatMap((group) => [`${group}[0]`, `${group}.all`, `${group}.any`])
  return {
    anyOf: [
      { enum: [...machines, ...members, 'all', 'local'] },
      { type: 'string', pattern: `^(${groups.join('|')})\\[\\d+\\]$`, description: 'a member of a group' },
      expression,
    ],
  }
}

/** A value or matchers; a mapping with one matcher in it has no other keys. */
function expectedSchema(matchers: MatcherShapes): JsonObject {
  const names = Object.keys(matchers)
  const properties = Object.entries(matchers).map(([name, { summary, schema, nests }]) => {
    const argument =
      nests === 'expectation' && Object.keys(schema).length === 0 ? expected : nests === 'shape' ? {} : orExpression(schema, names)
    return [name, { ...argument, description: summary }] as const
  })
  return {
    properties: Object.fromEntries(properties),
    ...when({ type: 'object', anyOf: names.map((name) => ({ required: [name] })) }, { propertyNames: { enum: names } }),
  }
}

function orExpression(schema: JsonObject, matchers: readonly string[]): JsonObject {
  const form = omit(schema, 'description')
  return Object.keys(form).length === 0 ? {} : { anyOf: [namingMatchers(form, matchers) as JsonObject, expression] }
}

/** What an argument may hold of other matchers is described where these are. */
function namingMatchers(schema: Json, matchers: readonly string[]): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => namingMatchers(item, matchers))
  if (!isObject(schema)) return schema
  const { properties } = schema
  const inside = Object.entries(isObject(properties) ? properties : {}).map(([name, value]) => [
    name,
    matchers.includes(name) ? { $ref: `#/$defs/expected/properties/${name}` } : value,
  ])
  const others = Object.entries(schema).map(([key, value]) => [key, namingMatchers(value, matchers)])
  return Object.fromEntries([...others, ...(inside.length > 0 ? [['properties', Object.fromEntries(inside)]] : [])])
}

/** Under `expect`, the fields of the kind's result; an expression over them is free. */
function resultsOfKind([kind, { results }]: readonly [string, StepShape]): readonly JsonObject[] {
  const names = Object.keys(results)
  return names.length === 0 || names.includes('*') ? [] : [when({ required: [kind] }, expecting(results))]
}

/** With `use` of a shipped file, its inputs under `with` and its outputs under `expect`. */
function interfaceOfFile([path, { inputs, outputs, summary }]: readonly [string, LibraryFile]): JsonObject {
  const required = Object.entries(inputs).flatMap(([name, input]) => ('default' in input || input['required'] === false ? [] : [name]))
  const given = Object.entries(inputs).map(([name, input]) => [name, describeInput(name, input)] as const)
  const inside = { properties: Object.fromEntries(given), additionalProperties: false, required }
  const file = { description: path, type: 'string', pattern: `(^|/)${path.replaceAll('.', '\\.')}$` }
  const outputsByName = Object.fromEntries(outputs.map((name) => [name, `What ${path} gives as ${name}.`]))
  const { properties } = expecting(outputsByName)
  return when(
    { required: ['use'], properties: { use: file } },
    {
      properties: {
        use: { description: summary },
        with: { description: `The inputs of ${path}.`, ...inside },
        ...(properties as JsonObject),
      },
      ...(required.length > 0 ? { required: ['with'] } : {}),
    },
  )
}

function when(condition: JsonObject, consequence: JsonObject): JsonObject {
  // A schema is data that nobody awaits.
  // oxlint-disable-next-line unicorn/no-thenable
  return { if: condition, then: consequence }
}

function describeInput(name: string, { type, description = `The input ${name}.`, ...others }: JsonObject): JsonObject {
  const typed = type === 'any' || type === 'string' ? {} : { anyOf: [{ type: type ?? 'string' }, expression] }
  return { description, ...typed, ...('default' in others ? { default: others['default'] ?? null } : {}) }
}

function expecting(results: Readonly<Record<string, string>>): JsonObject {
  const properties = Object.fromEntries(Object.entries(results).map(([name, description]) => [name, { description, ...expected }]))
  const names = Object.keys(results)
  const known = names.length === 0 ? {} : { properties, propertyNames: { anyOf: [{ enum: names }, { pattern: '\\W' }] } }
  return { properties: { expect: { description: 'What must hold of the result.', ...known } } }
}

/** The schema of the loader as editors need it: hosts are offered by name; a number may stand where the loader takes the text as it is
 *  written (`0644`); and over a word stands what its key means, not one of the forms that it may have. */
function asEditorsRead(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(asEditorsRead)
  if (!isObject(schema)) return schema
  if (schema['format'] === 'host') return { description: schema['description'] ?? 'a host', ...host }
  const read = Object.entries(schema).map(([key, value]): readonly [string, Json] => {
    if (key === 'if') return [key, value]
    if (key === 'type' && value === 'string') return [key, ['string', 'number', 'boolean']]
    if (key === 'anyOf' && schema['description'] !== undefined && Array.isArray(value))
      return [key, value.map((branch: Json) => asEditorsRead(isObject(branch) ? omit(branch, 'description') : branch))]
    return [key, asEditorsRead(value)]
  })
  return Object.fromEntries(read)
}

function omit(schema: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== name))
}

/** The schema of a mapping with more said of the key at a path. */
function change(schema: JsonObject, [key = '', ...rest]: readonly string[], more: JsonObject): JsonObject {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>
  const inner = properties[key] ?? {}
  return { ...schema, properties: { ...properties, [key]: rest.length === 0 ? { ...inner, ...more } : change(inner, rest, more) } }
}
