import type { JsonObject } from '../../schemas/json.ts'
import { alternatives, isObject } from '../../schemas/validation/schema-walk.ts'
import { describeForm } from './form.ts'
import type { Topic, TopicItem, TopicList } from './topic.ts'

/** The keys of a mapping as a list of a topic. @param prefix  the name of the topic; empty for the keys of a file */
export function listKeys(prefix: string, schema: JsonObject, root: JsonObject = schema): TopicList {
  const items = mappingsOf(schema, root).flatMap((mapping) => {
    const required = Array.isArray(mapping['required']) ? mapping['required'] : []
    return namedKeys(mapping).map(([key, property]): TopicItem => {
      return { name: join(prefix, key), form: describeForm(property, required.includes(key)), meaning: meaningOf(property, root) }
    })
  })
  return { title: 'Keys', items: [...new Map(items.map((item) => [item.name, item])).values()] }
}

/** A topic for each key of a file, the keys of a mapping directly behind it. @param prefix  as `listKeys` takes it */
export function keyTopics(prefix: string, properties: JsonObject, root: JsonObject): readonly Topic[] {
  return namedKeys({ properties }).flatMap(([key, schema]) => topicsUnder(join(prefix, key), schema, root, true))
}

function topicsUnder(name: string, schema: JsonObject, root: JsonObject, isTop: boolean): readonly Topic[] {
  const keys = listKeys(name, schema, root)
  if (keys.items.length === 0 && !isTop) return []
  const form = describeForm(schema)
  const topic: Topic = {
    name,
    summary: meaningOf(schema, root),
    paragraphs: form === '' || keys.items.length > 0 ? [] : [`Form: ${form}.`],
    lists: [keys],
  }
  const inner = mappingsOf(schema, root)
    .flatMap(namedKeys)
    .flatMap(([key, property]) => topicsUnder(join(name, key), property, root, false))
  return [topic, ...inner]
}

function meaningOf(schema: JsonObject, root: JsonObject): string {
  const [meaning] = alternatives([schema], root).flatMap(({ description }) => (typeof description === 'string' ? [description] : []))
  return meaning ?? ''
}

/** The mappings that a schema may mean, those without keys of their own left out. */
function mappingsOf(schema: JsonObject, root: JsonObject): readonly JsonObject[] {
  return alternatives([schema], root).filter((candidate) => namedKeys(candidate).length > 0)
}

/** The keys of a mapping, `NAME` for those that the writer chooses; the steps inside steps have their own chapter. */
function namedKeys({ properties, additionalProperties }: JsonObject): readonly (readonly [string, JsonObject])[] {
  const named = Object.entries(isObject(properties) ? properties : {})
  const any = isObject(additionalProperties) && isWorthAName(additionalProperties) ? [['NAME', additionalProperties] as const] : []
  return [...named, ...any].flatMap(([key, schema]) => (isObject(schema) ? [[key, schema] as const] : []))
}

function isWorthAName(schema: JsonObject): boolean {
  return '$ref' in schema || isObject(schema['properties']) || Array.isArray(schema['anyOf'])
}

function join(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`
}
