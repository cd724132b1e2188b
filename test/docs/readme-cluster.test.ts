import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { setAt } from '../schemas/planted-fault.ts'
import { readPages, root } from './pages.ts'

const { 'README.md': readme = '' } = readPages()
const section = readme.split(/^## /m).find((text) => text.startsWith('cluster.yaml\n')) ?? ''
const shipped = readFileSync(`${root}cluster.yaml`, 'utf8')

/** The changes that the table shows, `a.b: value` each; a value in braces alone is another one for the key before it. */
const changes = [...section.matchAll(/^\|[^|]*\|(.*)\|$/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
  .filter((text) => /^(?:\{ \w|[\w.]+: )/.test(text))

/** The codes of what is wrong with the shipped file when a value is changed in it. */
function codesOf(change: string, before = ''): readonly string[] {
  const [, path = '', value = ''] = /^([\w.]+): (.*)$/.exec(change) ?? [undefined, before.split(':')[0], change]
  const changed = setAt(parse(shipped) as Json, path.split('.'), parse(value) as Json)
  return loadCluster(JSON.stringify(changed), 'cluster.yaml')
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code)
}

/** The way to every key that a schema knows, as far as their names are fixed. */
function keysOf(schema: Json | undefined, above: readonly string[] = []): readonly (readonly string[])[] {
  const properties = isObject(schema) ? schema['properties'] : undefined
  if (!isObject(properties)) return []
  return Object.entries(properties).flatMap(([key, inner]) => [[...above, key], ...keysOf(inner, [...above, key])])
}

/** Whether a value has something there. */
function hasAt(value: Json | undefined, [key, ...below]: readonly string[]): boolean {
  return key === undefined ? value !== undefined : isObject(value) && hasAt(value[key], below)
}

t.test('each change that the README shows is one that the loader takes', async (t) => {
  t.ok(changes.length > 8, `${changes.length} changes`)
  for (const [index, change] of changes.entries()) {
    const codes = codesOf(change, changes[index - 1])
    // What a person fills in is not there yet, and the packages of an agent stand in the same row.
    const isWhole = !change.includes('…') && change !== 'titus.agent: netflix'
    t.same(isWhole ? codes : codes.filter((code) => code === 'unknown-key'), [], change)
  }
  t.same(codesOf('agents.instanceTyp: m5.large'), ['unknown-key'], 'a wrong one is seen')
  t.ok(codesOf('{ id: x, usr: … }', 'image: x').includes('unknown-key'), 'also where something is filled in')
})

t.test('the shipped cluster.yaml names every key', async (t) => {
  const keys = keysOf(JSON.parse(readFileSync(`${root}schemas/cluster-rules/cluster.schema.json`, 'utf8')) as Json)
  t.ok(keys.length > 25, `${keys.length} keys`)
  // A key that is absent unless somebody wants it stands in a comment of its own line.
  const whole = parse(shipped.replaceAll(/^( *)# (?=\w+: )/gm, '$1')) as Json
  for (const key of keys) t.ok(hasAt(whole, key), key.join('.'))
  t.notOk(hasAt(whole, ['agents', 'zone']), 'a key that stands elsewhere is none of these')
})
