import type { JsonObject } from '../json.ts'
import { alternatives, isObject, schemasOfItem, schemasOfKey } from './schema-walk.ts'
import type { Schema } from './schema-walk.ts'

/**
 * Where a key that its mapping does not know would be known: in a value of that mapping, or in a mapping around it.
 *
 * @param path  of the key, from the value that `root` describes
 * @returns what to do about it, for a person; undefined where it is known nowhere near
 */
export function whereKeyBelongs(root: Schema, path: readonly string[]): string | undefined {
  const key = path.at(-1) ?? ''
  const [own = [], ...around] = schemasOnTheWay(root, path.slice(0, -1)).toReversed()
  const below = [...new Set(own.flatMap((schema) => (isObject(schema['properties']) ? Object.keys(schema['properties']) : [])))]
  const owners = below.filter((name) => alternatives(schemasOfKey(own, name), root).some((schema) => hasProperty(schema, key)))
  if (owners.length > 0) return `${key} is a key of ${owners.join(' and ')}: it stands inside of it`
  const outer = around.findIndex((schemas) => schemas.some((schema) => hasProperty(schema, key)))
  return outer === -1 ? undefined : `${key} stands beside ${path.at(-2 - outer)}, not inside of it`
}

/** The schemas of a value and of all on the way to it, the outermost first. */
function schemasOnTheWay(root: Schema, path: readonly string[]): readonly (readonly JsonObject[])[] {
  let at = alternatives([root], root)
  const all = [at]
  for (const step of path) {
    const next = /^\d+$/.test(step) ? schemasOfItem(at) : []
    at = alternatives([...schemasOfKey(at, step), ...next], root)
    all.push(at)
  }
  return all
}

function hasProperty(schema: JsonObject, key: string): boolean {
  return isObject(schema['properties']) && Object.hasOwn(schema['properties'], key)
}
