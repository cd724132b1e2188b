import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'

/** Keys and indices, from the root. */
export type Path = readonly string[]

/** Something wrong that is planted into a file: a value at a path. `needs`: what has to be sound for it to be seen. */
export interface Fault {
  readonly path: Path
  readonly value: Json
  readonly needs?: readonly Path[]
}

/** The value with another one at a path; mappings that the path needs are made. */
export function setAt(value: Json, [key, ...rest]: Path, to: Json): Json {
  if (key === undefined) return to
  if (Array.isArray(value)) return value.map((item: Json, index) => (String(index) === key ? setAt(item, rest, to) : item))
  const map = isObject(value) ? value : {}
  return { ...map, [key]: setAt(map[key] ?? null, rest, to) }
}
