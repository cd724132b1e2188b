import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createMask } from '../../../runner/scope/mask.ts'
import { createScope } from '../../../runner/scope/scope.ts'
import type { StepFile } from '../../../schemas/scenario.ts'
import { buildScenario, buildStep, place, toEntries } from '../build-scenario.ts'
import { local, run } from '../local-run.ts'

t.test('a secret is masked in every form', async (t) => {
  const mask = createMask()
  const secret = `pa'ss "wörd"&x/1`
  t.ok(mask.add({ token: secret }))
  for (const form of [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret),
    JSON.stringify(JSON.stringify({ a: secret })),
    Buffer.from(secret).toString('base64'),
    Buffer.from(`user:${secret}`).toString('base64'),
    Buffer.from(`u:${secret}:z`).toString('base64'),
    Buffer.from(`${secret}`).toString('hex'),
    `'${secret.replaceAll("'", `'\\''`)}'`,
  ])
    t.match(mask.text(`before ${form} after`), /^before .{0,12}\*\*\*.{0,12} after$/, form)
  t.same(mask.json({ a: ['x', { b: `${secret}!` }], n: 5 }), { a: ['x', { b: '***!' }], n: 5 })
  t.equal(createMask().add('abc'), false, 'too short to hide')
  const numbers = createMask()
  numbers.add(123456)
  t.same(numbers.json({ pin: 123456, n: 1 }), { pin: '***', n: 1 })
})

t.test('captures do not change, secrets taint', async (t) => {
  const mask = createMask()
  const scope = createScope({ testbed: null }, mask)
  scope.define('a', 1)
  t.throws(() => scope.define('a', 2), RangeError)
  t.throws(() => scope.define('testbed', 2), RangeError)
  t.throws(() => scope.define('short', 'abc', true), /too short/)
  scope.define('password', 'correct horse', true)
  scope.taint(['password'], 'CORRECT HORSE')
  t.equal(mask.text('correct horse CORRECT HORSE'), '*** ***')
})

t.test('a secret appears in no event', async (t) => {
  const secret = 'k8ys-and-l0cks'
  const { events } = await run([
    buildScenario('secret', [
      buildStep('run', ['printf', secret.split('').join('%s'), ...Array<string>(secret.length - 1).fill('')], {
        ...local,
        capture: { key: { from: 'stdout', secret: true } },
      }),
      buildStep('script', 'echo "$K" | base64; echo "$K" >&2; exit 1', { ...local, env: { K: '${{ key }}' }, expect: { stderr: 'x' } }),
    ]),
  ])
  const text = JSON.stringify(events)
  t.notMatch(text, new RegExp(`${secret}|${Buffer.from(secret).toString('base64').slice(0, 12)}`))
  t.match(text, /\*\*\*/)
})

t.test('a secret is one before it is captured, inside of a step file, and when it is cut', async (t) => {
  const secret = 'k8ys-and-l0cks'
  const capture = { key: { from: 'text', secret: true } }
  const long = `${'x'.repeat(390)}${secret}${'y'.repeat(65_530)}`
  // What it prints stands in no event but in what it printed.
  const printing = (text: string, more: object = {}) => buildStep('copy', { get: join(folder, text) }, { ...local, ...more })
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-secrets-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'short'), secret)
  writeFileSync(join(folder, 'long'), long)
  const file: StepFile = {
    file: 'lib.yaml',
    place,
    inputs: [],
    steps: [printing('short', { capture: { inner: 'text' } })],
    outputs: toEntries({ key: '${{ inner }}' }),
  }
  const scenarios = [
    [printing('short', { capture, expect: { text: 'other' }, until: { withinMs: 3000, everyMs: 10 } })],
    [
      buildStep('use', {}, { capture: { key: { from: 'key', secret: true } }, more: { use: file } }),
      buildStep('assert', { 'upper(key)': 'x' }),
    ],
    [printing('short', { capture }), printing('long', { expect: { text: { contains: 'z' } } })],
  ]
  for (const steps of scenarios) {
    const { events } = await run([buildScenario('secret', steps)])
    t.notMatch(JSON.stringify(events).toLowerCase(), /k8ys|l0cks/)
    t.match(JSON.stringify(events), /\*\*\*/)
  }
})
