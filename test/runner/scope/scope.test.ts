import t from 'tap'
import { createMask } from '../../../runner/scope/mask.ts'
import { createScope, describeTestbed } from '../../../runner/scope/scope.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { hostMembers, testbedMembers } from '../../../schemas/testbed.ts'
import type { Testbed } from '../../../schemas/testbed.ts'

t.test('a name gets its value once', async (t) => {
  const scope = createScope({ testbed: 'here' }, createMask())
  scope.define('job', { id: 1 })
  t.same(scope.variables, { testbed: 'here', job: { id: 1 } })
  t.throws(() => scope.define('job', 2), { name: 'RangeError', message: /job has a value already/ })
  t.throws(() => scope.define('testbed', 2), { name: 'RangeError' })
  t.same(scope.variables['job'], { id: 1 }, 'the first value stands')
})

t.test('names that every object inherits are names like any other', async (t) => {
  const scope = createScope({}, createMask())
  scope.define('constructor', 'mine')
  scope.define('toString', 'mine too')
  t.equal(scope.variables['constructor'], 'mine')
})

t.test('a secret is masked, and one that is too short is refused and not kept', async (t) => {
  const mask = createMask()
  const scope = createScope({}, mask)
  scope.define('key', 'correct horse', true)
  t.equal(mask.text('a correct horse!'), 'a ***!')
  t.throws(() => scope.define('pin', '123', true), { name: 'RangeError', message: /too short/ })
  t.notOk(Object.hasOwn(scope.variables, 'pin'))
})

t.test('what is made from a secret is one, also by way of another variable', async (t) => {
  const mask = createMask()
  const scope = createScope({}, mask)
  scope.define('key', 'correct horse', true)
  scope.define('again', 'correct horse')
  scope.taint(['again'], 'battery staple')
  scope.taint(['other'], 'not a secret')
  t.equal(mask.text('battery staple, not a secret'), '***, not a secret')
})

t.test('expressions see of a testbed what is no way in', async (t) => {
  const hop = { address: '10.0.0.1', port: 22, user: 'admin', identityFile: '/keys/id', hostKeys: [] }
  const testbed = {
    name: 'blue',
    target: 'lab',
    region: 'eu-west-1',
    account: '123456789012',
    hosts: [
      { name: 'master', instanceId: 'i-1', address: '10.0.0.5', user: 'admin', route: [hop] },
      { name: 'agents[0]', group: 'agents', instanceId: 'i-2', address: '10.0.0.6', user: 'admin', route: [hop] },
    ],
    outputs: { bucket: 'logs' },
    api: { endpoint: 'http://127.0.0.1:1', credentialsFile: '/keys/credentials' },
  } as unknown as Testbed
  const seen = describeTestbed(testbed, ['lab'])
  t.match(seen, { name: 'blue', outputs: { bucket: 'logs' }, capabilities: ['lab'] })
  t.same(seen['hosts'], [
    { name: 'master', instanceId: 'i-1', address: '10.0.0.5', user: 'admin' },
    { name: 'agents[0]', group: 'agents', instanceId: 'i-2', address: '10.0.0.6', user: 'admin' },
  ])
  t.notMatch(JSON.stringify(seen), /keys/)
  t.same(Object.keys(seen), testbedMembers, 'the loader knows them')
  const members = Object.keys((seen['hosts'] as readonly JsonObject[])[1] ?? {})
  t.same(members.toSorted(), hostMembers.toSorted(), 'and those of hosts')
})
