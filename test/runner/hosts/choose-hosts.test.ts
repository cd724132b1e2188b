import t from 'tap'
import { chooseHosts } from '../../../runner/hosts/choose-hosts.ts'
import type { Json } from '../../../schemas/json.ts'
import { testbedOn } from '../../cli/fake-testbed.ts'

const testbed = testbedOn('lab')

function choose(wanted: Json, allowLocal = false) {
  return chooseHosts(wanted, testbed, allowLocal)
}

t.test('a machine has many names', async (t) => {
  const names = ['gateway', '30.0.100.20', 'i-gateway', 'ip-30-0-100-20', 'ip-30-0-100-20.eu-west-1.compute.internal']
  for (const name of names) t.same(choose(name), { mode: 'one', names: ['gateway'] }, name)
  t.same(choose('agents[1]'), { mode: 'one', names: ['agents[1]'] })
})

t.test('a group is all of it or any of it', async (t) => {
  t.same(choose('agents.all'), { mode: 'all', names: ['agents[0]', 'agents[1]'] })
  t.same(choose('agents.any'), { mode: 'any', names: ['agents[0]', 'agents[1]'] })
  t.throws(() => choose('masters.all'), { code: 'empty-group', hint: /agents/ })
  t.throws(() => chooseHosts('agents.all', { ...testbed, hosts: [] }, false), { code: 'empty-group' }, 'nothing is not all')
})

t.test('this computer has to be allowed', async (t) => {
  t.throws(() => choose('local'), { code: 'local-not-allowed', hint: /--allow-local/ })
  t.same(choose('local', true), { mode: 'one', names: ['local'] })
})

t.test('a name that nobody has is answered with those that are', async (t) => {
  t.throws(() => choose('gatewai'), { code: 'unknown-host', hint: /did you mean "gateway"\?.*bastion/ })
  for (const wanted of [7, null, [7]]) t.throws(() => choose(wanted), { code: 'unknown-host' }, JSON.stringify(wanted))
})
