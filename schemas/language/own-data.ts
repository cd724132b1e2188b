import type { Json } from '../json.ts'

/** The names that every JavaScript object answers to without having them: `constructor`, `toString`, `__proto__`, … */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

/** Whether a text could read a member that objects have only by inheritance. */
export function namesInherited(expression: string): boolean {
  return [...expression.matchAll(/\w+/g)].some(([word]) => inherited.has(word))
}

/** A copy in which objects have nothing but the data that is in them. */
export function withoutPrototypes(value: Json): Json {
  return copyObjects(value, (entries) => Object.assign(Object.create(null) as object, Object.fromEntries(entries)) as Json)
}

/** A copy whose objects are ordinary ones again. */
export function withPrototypes(value: Json): Json {
  return copyObjects(value, (entries) => Object.fromEntries(entries))
}

function copyObjects(value: Json, make: (entries: readonly (readonly [string, Json])[]) => Json): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: Json) => copyObjects(item, make))
  return make(Object.entries(value).map(([key, item]) => [key, copyObjects(item, make)]))
}
