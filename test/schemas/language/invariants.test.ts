import t from 'tap'
import { codesOf, scenarioOf } from './scenario-text.ts'

const steps = "steps:\n  - { host: bastion, run: 'true' }\n"

t.test('an invariant has a kind that reads, its own pace, and what it tolerates', async (t) => {
  const { invariants } = await scenarioOf(
    `scenario: x\ninvariants:\n  gateway-answers: { host: gateway, http: { get: 'http://localhost:7001/' }, every: 200ms, timeout: 1s, tolerate: 500ms }\n  region: { assert: { testbed.region: eu-west-1 }, tolerate: 0ms }\n${steps}`,
  )
  t.match(invariants, [
    { step: { name: 'gateway-answers', kind: 'http', timeoutMs: 1000 }, everyMs: 200, tolerateMs: 500, isNamed: false },
    { step: { name: 'region', kind: 'assert', timeoutMs: 5000 }, everyMs: 1000, tolerateMs: 0, isNamed: false },
  ])
})

t.test('what cannot be polled, or could not fail, is an error at load', async (t) => {
  const one = (invariant: string) => codesOf(`invariants:\n  a: ${invariant}\n${steps}`)
  t.same(await one("{ host: x, script: 'true' }"), ['unknown-key 3:17'])
  t.same(await one("{ host: x, http: { post: 'http://x/' } }"), ['not-idempotent 3:17'])
  t.same(await one("{ run: 'true' }"), ['missing-host 3:8'])
  t.same(await one("{ host: x, run: 'true', until: { within: 1s } }"), ['unknown-key 3:30'])
  t.same(await one("{ host: x, run: 'true', every: 0s }"), ['bad-duration 3:37'])
  t.same(await one("{ host: x, run: 'true', timeout: 0s }"), ['bad-duration 3:39'])
  t.same(await one("{ host: x, run: 'true', tolerate: 25d }"), ['wrong-form 3:40'])
  t.same(await one("{ host: x, run: 'true', name: b }"), ['key-not-here 3:30'])
  t.same(await one("{ host: x, run: 'true', expect: { nope: 1 } }"), ['unknown-result 3:40'])
  t.same(await one('{ host: x }'), ['none-of 3:6'])
  t.same(await codesOf(`invariants:\n  1a: { host: x, run: 'true' }\n${steps}`), ['bad-name 3:3'])
})

t.test('an invariant sees what setup captures, and nothing of the steps', async (t) => {
  const reads = 'invariants:\n  a: { assert: { id: x } }\n'
  const captures = "  - { host: bastion, run: 'true', capture: { id: stdout } }\n"
  t.same(await codesOf(`setup:\n${captures}${reads}${steps}`), [])
  t.same(await codesOf(`${reads}steps:\n${captures}`), ['used-before-captured 3:18'])
})

t.test('a scenario that has an invariant asserts something', async (t) => {
  const copy = 'steps:\n  - { host: bastion, copy: { get: /etc/hostname } }\n'
  t.same(await codesOf(copy), ['no-assertion 2:1'])
  t.same(await codesOf(`invariants:\n  a: { host: x, run: 'true' }\n${copy}`), [])
})

t.test('while: names of invariants, or inline ones', async (t) => {
  const invariants = "invariants:\n  a: { host: x, run: 'true' }\n  b: { host: x, run: 'true' }\n"
  const step = (more: string) => `steps:\n  - { host: x, run: 'true', while: ${more} }\n`
  const scenario = await scenarioOf(
    `scenario: x\n${invariants}${step("[a, { name: c, host: x, run: 'true', every: 10ms }, { host: x, run: hostname }]")}`,
  )
  t.match(scenario.invariants, [{ isNamed: true }, { isNamed: false }], 'one that is named is polled beside the steps that name it alone')
  t.match(scenario.steps[0]?.while, [{ step: { name: 'a' } }, { step: { name: 'c' }, everyMs: 10 }, { step: { name: 'run hostname' } }])
  const inline = await scenarioOf(`scenario: x\n${step("{ c: { host: x, run: 'true' } }")}`)
  t.match(inline.steps[0]?.while, [{ step: { name: 'c' } }])
  t.same(await codesOf(`${invariants}${step('[aa]')}`), ['unknown-invariant 6:37'])
  t.same(await codesOf(`${invariants}${step('a')}`), ['wrong-type 6:36'])
  t.same(await codesOf(`${invariants}${step('[]')}`), ['too-few 6:36'])
  t.same(await codesOf(`${invariants}setup:\n  - { host: x, run: 'true', while: [a] }\n${steps}`), ['unknown-invariant 6:37'])
  const file = { 'dir/lib/u.yaml': step('[a]') }
  t.same(
    await codesOf(`${invariants}steps:\n  - use: lib/u.yaml\n`, file),
    ['unknown-invariant 2:37'],
    'a step file knows none of its caller',
  )
})

t.test('warnAfter is sooner than within', async (t) => {
  const step = (more: string) => codesOf(`steps:\n  - { host: x, run: 'true', until: { within: 30s, ${more} } }\n`)
  t.same(await step('warnAfter: 20s'), [])
  t.same(await step('warnAfter: auto'), [])
  t.same(await step('warnAfter: 30s'), ['warning-too-late 3:62'])
  t.same(await step('warnAfter: soon'), ['wrong-form 3:62'])
})
