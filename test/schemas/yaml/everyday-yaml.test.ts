import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Test } from 'tap'
import { readEverydayYaml } from '../../../schemas/yaml/everyday-yaml.ts'
import type { LocatedNode } from '../../../schemas/yaml/located-node.ts'
import { parseWholeYaml } from '../../../schemas/yaml/located-yaml.ts'
import { placesIn } from '../../../schemas/yaml/places.ts'
import { testbedOn } from '../../cli/fake-testbed.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const shipped = ['.', 'scenarios', 'scenarios/lib', 'examples'].flatMap((folder) => filesIn(folder))
const bad = filesIn('test/fixtures/bad')

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) =>
    name.endsWith('.yaml') ? [readFileSync(join(root, folder, name), 'utf8').replace(/^\ufeff/, '')] : [],
  )
}

/** A node as plain data, with the place of each character of each text. */
function describe(node: LocatedNode): unknown {
  if (node.kind === 'list') return [node.place, node.items.map(describe)]
  if (node.kind === 'map')
    return [
      node.place,
      node.entries.map(({ key, keyPlace, locateKey, value }) => [key, keyPlace, characters(key, locateKey), describe(value)]),
    ]
  return [node.place, node.value, node.source ?? 'quoted', characters(String(node.value), node.locate)]
}

function characters(text: string, locate: (index: number) => unknown): readonly unknown[] {
  return Array.from({ length: text.length + 1 }, (_, index) => locate(index))
}

/** Compares both readers. @returns whether the text is everyday YAML */
function agree(t: Test, text: string): boolean {
  const placeAt = placesIn(text, 'f.yaml')
  const everyday = readEverydayYaml(text, placeAt)
  if (everyday === undefined) return false
  const whole = parseWholeYaml(text, 'f.yaml', placeAt)
  const [actual, expected] = [JSON.stringify(describe(everyday)), whole.root === undefined ? whole : JSON.stringify(describe(whole.root))]
  if (actual !== expected)
    t.same(describe(everyday), whole.root === undefined ? whole.problems : describe(whole.root), JSON.stringify(text))
  return true
}

t.test('the files of the product are everyday YAML, and so is a testbed', async (t) => {
  const testbed = `${JSON.stringify(testbedOn('lab'), null, 2)}\n`
  for (const text of [...shipped, testbed]) t.ok(agree(t, text), text.slice(0, 60))
})

const rare = [
  'a: &x 1\nb: *x\n',
  'a: !t 1\n',
  '? a\n: b\n',
  'a: >+\n  x\n',
  'a: >\n  x\n\n  y\n',
  'a: 0x10\n',
  'a: 1.5\n',
  'a:\n',
  'a: b\n  c\n',
  'a: 1\na: 2\n',
  '---\na: 1\n',
  'a: "\\x41"\n',
  '<<: 1\n',
  'a: b: c\n',
  'a: [b: c]\n',
  'a: 1',
  'a:\t1\n',
  '- - a\n',
  'a: {b}\n',
  '',
]

t.test('what is rare, or wrong, is left to the whole of YAML', async (t) => {
  for (const text of rare) t.notOk(readEverydayYaml(text, placesIn(text, 'f.yaml')), JSON.stringify(text))
})

const pieces = [
  '#',
  ' #',
  ': ',
  ':',
  '- ',
  '-',
  '\n',
  '\n  ',
  '\n- ',
  ' ',
  '  ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  ',',
  "'",
  '"',
  '\\',
  '\\n',
  '|',
  '|-',
  '>',
  '>-\n',
  '\n\n',
  '&a ',
  '*a',
  '!x ',
  '0644',
  '1.0',
  '12',
  'null',
  '~',
  'true',
  '?',
  '? ',
  '@',
  '`',
  '%',
  '>',
  '$',
  '${{ x }}',
  'x',
  'é',
  '😀',
  '+',
  '.',
  '=',
  '(',
  '\t',
  '---\n',
  '...\n',
  'a: 1\n',
  'b:\n',
  '<<: 1\n',
]

/** Numbers from 0 to below 1, the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

t.test('texts that were damaged anywhere are read as the whole of YAML reads them, or left to it', async (t) => {
  const random = createRandom(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const small = [
    'a: b\n',
    'a:\n  - b: c\n    d: [e, 1]\n  - |\n    x\n     y\n\n    z\nf: { g: "h", i: \'j\' }\n',
    'k: |-\n  x\n\n# c\nl:\n- m\n- n: o\np: 0 # q\n',
    '- a\n- b: { c: [d] } # e\n',
  ]
  const texts = [...shipped, ...bad, ...small, ...small, ...small].filter((text) => text.length < 3000)
  let everyday = 0
  for (let round = 0; round < 6000; round += 1) {
    let text = pick(texts)
    for (let change = Math.floor(random() * 3); change >= 0; change -= 1) {
      const at = Math.floor(random() * (text.length + 1))
      text = text.slice(0, at) + (random() < 0.7 ? pick(pieces) : '') + text.slice(at + Math.floor(random() * 4))
    }
    if (agree(t, text)) everyday += 1
  }
  t.ok(everyday > 1000, `${everyday} of them were everyday YAML`)
})
