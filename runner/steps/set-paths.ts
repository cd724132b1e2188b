import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { StepError } from '../step-error.ts'

/**
 * A copy of a JSON value with some parts replaced. A path is keys and list indices with dots between (`container.image.name`,
 * `ports.0`); objects that are missing on the way are made. Null as the value removes a key.
 * @throws StepError `bad-path` where the path meets something that has no keys
 */
export function setPaths(value: Json, changes: JsonObject): Json {
  return Object.entries(changes).reduce<Json>((changed, [path, part]) => setPath(changed, path.split('.'), part, path), value)
}

function setPath(value: Json, [key, ...rest]: readonly string[], part: Json, path: string): Json {
  if (key === undefined) return part
  if (Array.isArray(value)) {
    const index = Number(key)
    if (!Number.isInteger(index) || index < 0 || index > value.length)
      throw new StepError('bad-path', `${path}: the list has no item ${key}`)
    const items = value as readonly Json[]
    return [...items.slice(0, index), setPath(items[index] ?? {}, rest, part, path), ...items.slice(index + 1)]
  }
  if (value === null || typeof value !== 'object') throw new StepError('bad-path', `${path}: ${renderJson(value)} has no key ${key}`)
  const object = value as JsonObject
  if (rest.length === 0 && part === null) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
  return { ...object, [key]: setPath(object[key] ?? {}, rest, part, path) }
}
