import { durationForm, durationPattern } from '../../schemas/duration.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { typeNames } from '../../schemas/validation/type-names.ts'

/** What may stand somewhere, in words, as its JSON Schema says: `a whole number from 8 to 16384; by default 30`. */
export function describeForm(schema: JsonObject, isRequired = false): string {
  const fallback = schema['default']
  const isPlain = fallback !== undefined && !isObject(fallback)
  return [describeValue(schema), isRequired ? 'required' : '', isPlain ? `by default ${asText(fallback)}` : '']
    .filter((part) => part !== '')
    .join('; ')
}

/** The value alone; empty where anything may stand. */
export function describeValue(schema: JsonObject): string {
  const branches = ['anyOf', 'oneOf'].flatMap((key) => (Array.isArray(schema[key]) ? schema[key].filter(isObject) : []))
  const forms = branches.map(describeValue).filter((form) => form !== '')
  if (schema['type'] === undefined && forms.length > 0) return [...new Set(forms)].join(' or ')
  const values = 'const' in schema ? [schema['const'] as Json] : schema['enum']
  if (Array.isArray(values)) return values.map(asText).join(' or ')
  if (schema['pattern'] === durationPattern) return durationForm
  if (typeof schema['patternErrorMessage'] === 'string') return schema['patternErrorMessage']
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type'] ?? null]
  const { minimum, maximum } = schema
  const range = minimum !== undefined && maximum !== undefined ? ` from ${JSON.stringify(minimum)} to ${JSON.stringify(maximum)}` : ''
  return types.flatMap((type) => (typeof type === 'string' ? `${typeNames[type] ?? type}${range}` : [])).join(' or ')
}

function asText(value: Json): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
