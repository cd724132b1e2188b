import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import { loadScenario } from '../../schemas/language/load-scenario.ts'
import { parseTestbed } from '../../schemas/validation/parse-testbed.ts'
import type { Problem } from '../../schemas/problem.ts'
import { renderProblem } from '../../schemas/render-problem.ts'
import { matchers } from '../../runner/matchers/index.ts'
import { stepKinds as kinds } from '../../runner/steps/index.ts'

const root = new URL('../../', import.meta.url)
const rounds = 80

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

const pieces = [
  '${{',
  '}}',
  '"',
  "'",
  ': ',
  '- ',
  '\n',
  '\t',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: ',
  '|',
  '>',
  '#',
  '!x ',
  '0644',
  '1e999',
  'null',
  '~',
  '@',
  '`',
  '\\',
  '\u0000',
  '😀',
  '__proto__: 1',
  '? ',
  '---\n',
  '%',
]

function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const length = 1 + Math.floor(random() * 8)
  const piece = pieces[Math.floor(random() * pieces.length)] ?? ''
  const ways = [
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at) + piece + text.slice(at),
    () => text.slice(0, at) + piece + text.slice(at + length),
    () => text.slice(0, at) + text.slice(at, at + 30) + text.slice(at),
    () => text.slice(0, at),
    () =>
      text
        .split('\n')
        .toSorted(() => random() - 0.5)
        .join('\n'),
  ]
  return (ways[Math.floor(random() * ways.length)] ?? ways[0])?.() ?? text
}

function check(
  t: { fail(message: string, extra: object): unknown },
  text: string,
  value: unknown,
  problems: readonly Problem[],
  file: string,
): void {
  const lines = text.split('\n').length
  const wrong = problems.filter((problem) => {
    const { place } = problem
    renderProblem(problem, text)
    return place === undefined || (place.file === file && (place.line < 1 || place.line > lines || place.column < 1 || place.length < 1))
  })
  const hasError = problems.some(({ severity }) => severity === 'error')
  if (wrong.length > 0 || (value === undefined) !== hasError) t.fail(`${file}: ${JSON.stringify(text)}`, { wrong, hasError })
}

const names = readdirSync(new URL('scenarios/', root)).filter((name) => name.endsWith('.yaml'))
function read(path: string): Promise<string> {
  return readFile(new URL(`scenarios/${path}`, root), 'utf8')
}

t.test('a file that is changed at random gives a value or problems with places, never an exception', async (t) => {
  const random = createRandom(20_261_122)
  const clusterText = readFileSync(new URL('cluster.yaml', root), 'utf8')
  for (let round = 0; round < rounds; round += 1) {
    const text = mutate(round % 3 === 0 ? mutate(clusterText, random) : clusterText, random)
    const { cluster, problems } = loadCluster(text, 'cluster.yaml')
    check(t, text, cluster, problems, 'cluster.yaml')
    const { testbed, problems: others } = parseTestbed(text, 'testbed.json')
    check(t, text, testbed, others, 'testbed.json')
  }
  for (const file of names) {
    const original = await read(file)
    for (let round = 0; round < rounds; round += 1) {
      const text = mutate(round % 3 === 0 ? mutate(original, random) : original, random)
      const { scenario, problems } = await loadScenario({ file, text, kinds, matchers, readFile: read })
      check(t, text, scenario, problems, file)
    }
  }
  t.pass(`${rounds * (names.length + 1)} files`)
})
