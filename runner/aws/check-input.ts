import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { didYouMean } from '../../system/nearest-name.ts'

/** The kinds of models that the SDK's clients carry, as the first item of each. */
const [listModel, mapModel, structureModel] = [1, 2, 3]

/** The members of a structure with their models, and how many of the first ones are required. */
interface Structure {
  readonly members: ReadonlyMap<string, unknown>
  readonly required: readonly string[]
}

/**
 * What of an input a call does not know, in words: the client would leave it out without a word, and ask for something else.
 *
 * @param model  what the client says of the input
 */
export function inputFlaws(input: Json, model: unknown, path = 'with'): readonly string[] {
  const known = resolve(model)
  if (!Array.isArray(known)) return []
  if (known[0] === structureModel) return structureFlaws(input, structureOf(known), path)
  if (known[0] === listModel) {
    if (!Array.isArray(input)) return [`${path} is no list`]
    return input.flatMap((item: Json, index) => inputFlaws(item, known[4], `${path}[${index}]`))
  }
  if (known[0] !== mapModel) return []
  if (!isObject(input)) return [`${path} is no mapping`]
  return Object.entries(input).flatMap(([key, value]) => inputFlaws(value, known[5], `${path}.${key}`))
}

/** The names of the members of a structure; none of what is no structure. */
export function memberNames(model: unknown): readonly string[] {
  const known = resolve(model)
  return Array.isArray(known) && known[0] === structureModel ? [...structureOf(known).members.keys()] : []
}

function structureFlaws(input: Json, { members, required }: Structure, path: string): readonly string[] {
  if (!isObject(input)) return [`${path} is no mapping`]
  const names = [...members.keys()]
  const missing = required.filter((name) => !Object.hasOwn(input, name)).map((name) => `${path} has no ${name}, which the call needs`)
  const flaws = Object.entries(input).flatMap(([key, value]) =>
    members.has(key) ? inputFlaws(value, members.get(key), `${path}.${key}`) : [unknownMember(path, key, names)],
  )
  return [...flaws, ...missing]
}

function unknownMember(path: string, key: string, names: readonly string[]): string {
  return `${path} takes no ${key}: ${didYouMean(key, names) ?? (names.length === 0 ? 'it takes nothing' : `one of ${names.join(', ')}`)}`
}

function structureOf(model: readonly unknown[]): Structure {
  const names = (model[4] ?? []) as readonly string[]
  const models = (model[5] ?? []) as readonly unknown[]
  const required = typeof model[6] === 'number' ? names.slice(0, model[6]) : []
  return { members: new Map(names.map((name, index) => [name, models[index]])), required }
}

/** A model behind a function that gives it, or before the traits of a member; behind its own kind stands the name space of its service. */
function resolve(model: unknown): unknown {
  if (typeof model === 'function') return resolve((model as () => unknown)())
  if (Array.isArray(model) && typeof model[1] !== 'string') return resolve(model[0])
  return model
}
