import type { Json, JsonObject } from '../../../schemas/json.ts'
import { renderJson } from '../../../schemas/json-text.ts'
import { isObject } from '../../../schemas/validation/schema-walk.ts'
import { countOf } from '../../../system/count-of.ts'
import { withoutDepth } from '../without-depth.ts'
import type { PagePart } from './page-data.ts'

/** What comes first of a result; the rest follows in its own order. */
const first = ['command', 'request', 'status', 'exit', 'signal', 'identities', 'cut', 'stdout', 'stderr', 'body', 'text']
/** What the page tells elsewhere, or nobody asks for. */
const elsewhere = ['grid', 'cells', 'duration']

/**
 * What a step was given and what came back, as texts with a name.
 *
 * @param most  the longest that a text may be, in characters: of a longer one its beginning and its end are kept
 */
export function describeResult(result: Json | undefined, most: number): readonly PagePart[] {
  if (!isObject(result)) return result === undefined || result === null ? [] : [part('result', result, most)]
  const results = Object.entries(result)
  // The result of a step on several hosts is a map of results.
  const isOnHosts = results.length > 0 && results.every(([, value]) => isObject(value) && first.some((key) => Object.hasOwn(value, key)))
  if (isOnHosts) return results.flatMap(([host, value]) => partsOf(value as JsonObject, most, `${host} `))
  return partsOf(result, most, '')
}

function partsOf(result: JsonObject, most: number, prefix: string): readonly PagePart[] {
  const keys = [...first.filter((key) => Object.hasOwn(result, key)), ...Object.keys(result).filter((key) => !first.includes(key))]
  return keys.flatMap((key) => {
    const value = result[key]
    const isEmpty = value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
    return isEmpty || elsewhere.includes(key) ? [] : [part(`${prefix}${key}`, value, most)]
  })
}

function part(name: string, value: Json, most: number): PagePart {
  const text = typeof value === 'string' ? value : renderJson(withoutDepth(value), 2)
  if (text.length <= most) return { name, text }
  const half = Math.floor(most / 2)
  const cut = text.length - 2 * half
  return { name, text: `${text.slice(0, half)}\n… ${countOf(cut, 'character')} left out …\n${text.slice(-half)}`, cut }
}
