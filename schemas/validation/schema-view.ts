import { alternatives, schemasOfItem, schemasOfKey, typesOf } from './schema-walk.ts'
import type { JsonType, Schema } from './schema-walk.ts'

/** What a schema says of a value, and of what stands in it. Each is worked out once, however many values are looked at. */
export interface SchemaView {
  /** The types that the value may have; empty where none is said. */
  readonly types: ReadonlySet<JsonType>
  /** Of an item, when the value is a list. */
  readonly item: () => SchemaView
  /** Of the value under a key, when it is a mapping. */
  readonly under: (key: string) => SchemaView
}

const roots = new WeakMap<object, SchemaView>()

/** Views a whole schema. */
export function viewSchema(schema: Schema): SchemaView {
  if (typeof schema === 'boolean') return view([], schema)
  const known = roots.get(schema) ?? view([schema], schema)
  roots.set(schema, known)
  return known
}

function view(schemas: readonly Schema[], root: Schema): SchemaView {
  const possible = alternatives(schemas, root)
  let item: SchemaView | undefined
  const keys = new Map<string, SchemaView>()
  const known = new Set(possible.flatMap(({ properties }) => Object.keys(properties ?? {})))
  return {
    types: typesOf(possible),
    item: () => (item ??= view(schemasOfItem(possible), root)),
    under(key) {
      const found = keys.get(key) ?? view(schemasOfKey(possible, key), root)
      // The names that a schema leaves open are without end.
      if (known.has(key)) keys.set(key, found)
      return found
    },
  }
}
