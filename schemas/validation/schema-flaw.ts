import { countOf } from '../../system/count-of.ts'
import { durationForm, durationPattern } from '../duration.ts'
import type { Json, JsonObject } from '../json.ts'
import { describe } from '../yaml/located-node.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { Place, Problem } from '../problem.ts'
import { isObject } from './schema-walk.ts'
import { typeNames } from './type-names.ts'

/** A keyword of a JSON Schema that a value does not meet. */
export interface SchemaFlaw {
  readonly keyword: string
  /** Where the value stands; with `ofKey` the last step is the key that is wrong. */
  readonly path: readonly string[]
  readonly ofKey: boolean
  /** What the validator tells about the keyword. */
  readonly params: Readonly<Record<string, Json>>
  /** The keyword's own value. */
  readonly limit: Json
  /** The schema that holds the keyword. */
  readonly schema: JsonObject
  readonly found: Json
  readonly message: string
}

type Sentence = Omit<Problem, 'severity' | 'place'>

/** A flaw as a problem: what was found, what was expected, and the nearest valid name. */
export function describeSchemaFlaw(flaw: SchemaFlaw, place: Place | undefined): Problem {
  return { severity: 'error', ...(place === undefined ? {} : { place }), ...sentence(flaw) }
}

/** A schema of a user may know thousands of keys. */
const mostNamed = 100

function listed(names: readonly string[]): string {
  const left = names.length - mostNamed
  return left <= 0 ? names.join(', ') : `${names.slice(0, mostNamed).join(', ')} and ${countOf(left, 'other')}`
}

function sentence(flaw: SchemaFlaw): Sentence {
  const { keyword, path, params, limit, schema, found } = flaw
  const subject =
    path.length === 0
      ? 'the value'
      : path
          .map((step) => (/^\d+$/.test(step) ? `[${step}]` : step))
          .join('.')
          .replaceAll('.[', '[')
  switch (keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = path.at(-1) ?? ''
      const known = isObject(schema['properties']) ? Object.keys(schema['properties']) : []
      const expected = known.length === 0 ? 'no keys here' : `one of ${listed(known)}`
      return { code: 'unknown-key', message: `unknown key "${key}"`, expected, hint: didYouMean(key, known) }
    }
    case 'propertyNames': {
      const expected = isObject(limit) ? expectationOf(limit) : undefined
      return { code: 'bad-name', message: `"${path.at(-1)}" is no valid name here`, expected }
    }
    case 'required':
    case 'dependentRequired': {
      const key = asText(params['missingProperty'])
      const property = isObject(schema['properties']) ? schema['properties'][key] : undefined
      const expected = isObject(property) ? `${key}: ${expectationOf(property) ?? ''}` : key
      return { code: 'missing-key', message: path.length === 0 ? `"${key}" is missing` : `"${key}" is missing in ${subject}`, expected }
    }
    case 'type':
      return { code: 'wrong-type', message: `${subject} is ${describe(found)}`, expected: withMeaning(nameTypes(limit), schema) }
    case 'enum':
    case 'const': {
      const values = keyword === 'const' ? [limit] : Array.isArray(limit) ? limit : []
      const hint =
        typeof found === 'string'
          ? didYouMean(
              found,
              values.filter((value) => typeof value === 'string'),
            )
          : undefined
      return { code: 'unknown-value', message: `${subject} is ${describe(found)}`, expected: values.map(asText).join(' or '), hint }
    }
    case 'pattern':
    case 'format':
      return {
        code: 'wrong-form',
        message: `${subject} is ${describe(found)}`,
        expected: limit === durationPattern ? durationForm : (expectationOf(schema) ?? `text that matches ${asText(limit)}`),
      }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return {
        code: 'out-of-range',
        message: `${subject} is ${describe(found)}`,
        expected: `a number ${asText(params['comparison'])} ${asText(params['limit'])}`,
      }
    case 'anyOf':
    case 'oneOf':
      return unionSentence(flaw, subject)
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return {
        code: 'too-few',
        message: `${subject} ${limit === 1 ? 'is empty' : `has fewer than ${amount(keyword, limit)}`}`,
        expected: expectationOf(schema),
      }
    case 'maxItems':
    case 'maxProperties':
    case 'maxLength':
      return { code: 'too-many', message: `${subject} has more than ${amount(keyword, limit)}`, expected: expectationOf(schema) }
    case 'uniqueItems':
      return { code: 'duplicate-item', message: `${subject} holds the same item twice`, expected: 'every item once' }
    case 'not': {
      const together = isObject(limit) && Array.isArray(limit['required']) ? limit['required'].map(asText).join(' and ') : undefined
      if (together !== undefined) return { code: 'not-together', message: `${subject} has ${together}`, expected: 'one of them' }
      return { code: 'invalid', message: `${subject} is ${describe(found)}`, expected: expectationOf(schema) }
    }
    default:
      return { code: 'invalid', message: `${subject} ${flaw.message}`, expected: expectationOf(schema) }
  }
}

/** A limit with what it counts: `minItems` items, `maxProperties` keys, `minLength` characters. */
function amount(keyword: string, limit: Json): string {
  const unit = keyword.endsWith('Items') ? 'item' : keyword.endsWith('Properties') ? 'key' : 'character'
  return countOf(Number(limit), unit)
}

function unionSentence({ limit, found, params }: SchemaFlaw, subject: string): Sentence {
  const branches = (Array.isArray(limit) ? limit : []).filter(isObject)
  const sets = branches.flatMap((branch) =>
    Array.isArray(branch['required']) && branch['type'] === undefined ? [branch['required'].map(asText)] : [],
  )
  if (sets.length === branches.length && isObject(found)) {
    const name = (set: readonly string[]): string => set.join(' with ')
    const present = sets.filter((set) => set.every((key) => Object.hasOwn(found, key)))
    const expected = `exactly one of ${sets.map(name).join(', ')}`
    if (present.length > 0)
      return { code: 'several-of', message: `${subject} has ${present.map(name).join(' and ')}`, expected, hint: 'split it in two' }
    return { code: 'none-of', message: `${subject} does not say what it does`, expected }
  }
  if (params['passingSchemas'] !== undefined && params['passingSchemas'] !== null) {
    return {
      code: 'ambiguous-form',
      message: `${subject} can be read in more than one way`,
      expected: branches.map(branchName).join(' or '),
    }
  }
  const constants = branches
    .flatMap((branch) => [branch['const'], ...(Array.isArray(branch['enum']) ? branch['enum'] : [])])
    .filter((value) => typeof value === 'string')
  const hint = typeof found === 'string' ? didYouMean(found, constants) : undefined
  return { code: 'wrong-type', message: `${subject} is ${describe(found)}`, expected: branches.map(branchName).join(', or '), hint }
}

function branchName(branch: JsonObject): string {
  if ('const' in branch) return asText(branch['const'])
  if (Array.isArray(branch['enum'])) return branch['enum'].map(asText).join(' or ')
  const types = nameTypes(branch['type'] ?? null)
  return withMeaning(types, branch)
}

function withMeaning(types: string, schema: JsonObject): string {
  const meaning = expectationOf(schema)
  return meaning === undefined ? types : `${types} (${meaning})`
}

// `patternErrorMessage` is what editors show for a pattern; it says the form, the description says the meaning.
function expectationOf(schema: JsonObject): string | undefined {
  const text = schema['patternErrorMessage'] ?? schema['description']
  return typeof text === 'string' ? text : undefined
}

const expectedNames: Readonly<Record<string, string>> = { ...typeNames, null: 'nothing' }

function nameTypes(types: Json): string {
  const list = Array.isArray(types) ? types : [types]
  return list.map((name) => expectedNames[asText(name)] ?? 'another value').join(' or ')
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
