import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { checkStepFile } from '../../../schemas/language/load-scenario.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import type { Problem } from '../../../schemas/problem.ts'
import { parseTestbed } from '../../../schemas/validation/parse-testbed.ts'
import { isObject } from '../../../schemas/validation/schema-walk.ts'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import { testbedOn } from '../../cli/fake-testbed.ts'
import { setAt } from '../planted-fault.ts'
import type { Fault, Path } from '../planted-fault.ts'
import { load } from './scenario-text.ts'

/** For every mapping a key that it does not know, and for every other value one of the wrong type. `open`: mappings whose keys are anybody's. */
function plainFaults(value: Json, open: (path: string) => boolean, path: Path = []): readonly Fault[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => plainFaults(item, open, [...path, String(index)]))
  if (!isObject(value)) return open(path.join('.')) ? [] : [{ path, value: [{ strange: true }] }]
  const inside = Object.entries(value).flatMap(([key, inner]) => plainFaults(inner, open, [...path, key]))
  return open(path.join('.')) ? inside : [...inside, { path: [...path, 'strange'], value: 1 }]
}

function touches(a: Path, b: Path): boolean {
  return a.every((key, index) => b[index] === key) || b.every((key, index) => a[index] === key)
}

function hides({ path }: Fault, { needs = [] }: Fault): boolean {
  return needs.some((needed) => touches(needed, path))
}

/** What is told of a file, without where. */
function told(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.map(({ code, message }) => `${code}: ${message}`))
}

/** The pairs of faults of which one is not told beside the other. */
async function hiddenOf(
  file: Json,
  faults: readonly Fault[],
  problemsOf: (file: Json) => Promise<readonly Problem[]>,
  plain = 0,
): Promise<{ readonly pairs: number; readonly hidden: readonly string[] }> {
  const alone = await Promise.all(
    faults.map(async (fault) => ({ ...fault, expected: told(await problemsOf(setAt(file, fault.path, fault.value))) })),
  )
  const silent = alone
    .filter(({ expected }) => expected.size === 0)
    .map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)} is no fault`)
  const hidden: string[] = []
  let pairs = 0
  for (const [index, a] of alone.entries()) {
    await turn()
    for (const [distance, b] of alone.slice(index + 1).entries()) {
      // Two that the schema sees are the work of its validator: some of them are enough.
      if (index + 1 + distance < plain && distance % 16 > 0) continue
      if (touches(a.path, b.path) || hides(a, b) || hides(b, a)) continue
      pairs += 1
      const both = told(await problemsOf(setAt(setAt(file, a.path, a.value), b.path, b.value)))
      for (const problem of [...a.expected, ...b.expected])
        if (!both.has(problem)) hidden.push(`${a.path.join('.')} and ${b.path.join('.')}: ${problem}`)
    }
  }
  return { pairs, hidden: [...silent, ...hidden] }
}

const stepFile: JsonObject = {
  inputs: { job: { type: 'string' }, times: { type: 'number', default: 3 } },
  steps: [
    { name: 'send', host: 'gateway', http: { post: 'http://a/${{ job }}' }, capture: { id: 'json.id' } },
    { host: 'bastion', run: 'echo ${{ id }} ${{ times }}' },
  ],
  outputs: { id: '${{ id }}' },
}

const scenario: JsonObject = {
  scenario: 'x',
  tags: ['a'],
  timeout: '5m',
  vars: { port: 80 },
  env: { LANG: 'C' },
  setup: [{ use: 'lib.yaml', with: { job: 'j' }, capture: { made: 'id' } }],
  steps: [
    { name: 'one', host: 'bastion', run: 'echo ${{ made }}', expect: { stdout: { contains: 'x' } }, capture: { out: 'stdout' } },
    { host: 'gateway', script: 'true', env: { A: '${{ out }}' }, timeout: '5s', until: { within: '10s', every: '1s' } },
    { group: [{ host: 'master', http: { get: 'http://a/' }, expect: { status: 200 } }] },
    { reach: { from: ['bastion'], to: { web: '10.0.0.1:80' }, expect: { bastion: { web: 'open' } } } },
    { assert: { port: { gte: 1 } } },
  ],
  always: [{ host: 'gateway', copy: { get: '/tmp/x' }, if: 'out' }],
}

/** What the language sees, and no schema. */
const scenarioFaults: readonly Fault[] = [
  { path: ['scenario'], value: 'x\ry' },
  { path: ['timeout'], value: '99d' },
  { path: ['vars', 'testbed'], value: 1 },
  { path: ['env', 'LANG'], value: '${{ nothing }}' },
  { path: ['setup', '0', 'with', 'jub'], value: 1, needs: [['setup', '0', 'use']] },
  { path: ['setup', '0', 'with', 'times'], value: 'many', needs: [['setup', '0', 'use']] },
  { path: ['setup', '0', 'capture', 'absent'], value: 'nowhere', needs: [['setup', '0', 'use']] },
  { path: ['steps', '0', 'host'], value: 'nowhere' },
  { path: ['steps', '0', 'run'], value: 'echo ${{ unknown }}' },
  { path: ['steps', '0', 'name'], value: '${{ out }}' },
  { path: ['steps', '0', 'expect', 'stdot'], value: 1 },
  { path: ['steps', '0', 'expect', 'stdout'], value: { matches: '(' } },
  { path: ['steps', '1', 'script'], value: 'echo ${{ out }}' },
  { path: ['steps', '1', 'env', 'A'], value: '${{ out' },
  { path: ['steps', '1', 'until', 'within'], value: '0s' },
  { path: ['steps', '2', 'group', '0', 'expect', 'status'], value: { cntains: 1 } },
  { path: ['steps', '3', 'reach', 'expect', 'master'], value: { web: 'open' }, needs: [['steps', '3', 'reach', 'from']] },
  { path: ['steps', '4', 'assert', 'lost'], value: 1 },
  { path: ['always', '0', 'if'], value: 'a b' },
  { path: ['always', '0', 'with'], value: { a: 1 } },
]

const hosts = { machines: ['bastion', 'gateway', 'master'], groups: ['agents'] }
const anybodys =
  /(^|\.)(vars|env|with|capture|expect|assert|stdout|status|job|port|contains)$|^(inputs|outputs)$|to$|default$|bastion$|web$|outputs\.id$|if$/

t.test('of two faults in a scenario both are told, wherever they stand', async (t) => {
  const lib = JSON.stringify(stepFile)
  const problemsOf = async (file: Json) => (await load(JSON.stringify(file), { 'dir/lib.yaml': lib }, hosts)).problems
  t.same(await problemsOf(scenario), [])
  const plain = plainFaults(scenario, (path) => anybodys.test(path))
  const { pairs, hidden } = await hiddenOf(scenario, [...plain, ...scenarioFaults], problemsOf, plain.length)
  t.ok(pairs > 800, `${pairs} pairs`)
  t.same(hidden, [])
})

const stepFaults: readonly Fault[] = [
  { path: ['inputs', 'testbed'], value: { type: 'any' } },
  { path: ['inputs', 'times', 'default'], value: 'x', needs: [['inputs', 'times', 'type']] },
  { path: ['steps', '0', 'host'], value: 'nowhere' },
  { path: ['steps', '0', 'capture', 'lost'], value: 'nowhere' },
  { path: ['steps', '1', 'run'], value: 'echo ${{ unknown }}' },
  { path: ['outputs', 'id'], value: '${{ nobody }}' },
]

t.test('of two faults in a file of steps both are told, and beside them those of who uses it', async (t) => {
  const source = { file: 'dir/lib.yaml', kinds: stepKinds, matchers, readFile: async () => '', hosts }
  const problemsOf = async (file: Json) => checkStepFile({ ...source, text: JSON.stringify(file) })
  t.same(await problemsOf(stepFile), [])
  const faults = [...plainFaults(stepFile, (path) => anybodys.test(path)), ...stepFaults]
  const { pairs, hidden } = await hiddenOf(stepFile, faults, problemsOf)
  t.ok(pairs > 100, `${pairs} pairs`)
  t.same(hidden, [])

  const callers = scenarioFaults.filter(({ path }) => path.includes('with') || path.includes('capture'))
  const lost: string[] = []
  for (const inFile of faults) {
    const file = setAt(stepFile, inFile.path, inFile.value)
    for (const inCaller of callers) {
      const text = JSON.stringify(setAt(scenario, inCaller.path, inCaller.value))
      const seen = told((await load(text, { 'dir/lib.yaml': JSON.stringify(stepFile) }, hosts)).problems)
      const both = told((await load(text, { 'dir/lib.yaml': JSON.stringify(file) }, hosts)).problems)
      if (inFile.path.join('.') === 'inputs.times.type' && inCaller.path.includes('times')) continue
      for (const problem of [...seen, ...told(await problemsOf(file))])
        if (!both.has(problem)) lost.push(`${inFile.path.join('.')} in the file and ${inCaller.path.join('.')}: ${problem}`)
    }
  }
  t.same(lost, [])
})

t.test('of two faults in a testbed both are told', async (t) => {
  const file = testbedOn('lab') as unknown as JsonObject
  const problemsOf = async (value: Json) => parseTestbed(JSON.stringify(value), 'testbed.json').problems
  t.same(await problemsOf(file), [])
  const [hostsOfAll, one] = [file['hosts'] as readonly Json[], (file['hosts'] as readonly Json[]).slice(0, 1)]
  t.ok(hostsOfAll.length > 1)
  const small = { ...file, hosts: one }
  const { pairs, hidden } = await hiddenOf(
    small,
    plainFaults(small, (path) => path.startsWith('outputs')),
    problemsOf,
  )
  t.ok(pairs > 50, `${pairs} pairs`)
  t.same(hidden, [])
})
