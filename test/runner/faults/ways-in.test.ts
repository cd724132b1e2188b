import t from 'tap'
import { waysThrough } from '../../../runner/faults/ways-in.ts'
import type { Hop, Host } from '../../../schemas/testbed.ts'

function hop(name: string): Hop {
  return { name, address: '127.0.0.1', port: 22, user: 'ubuntu', identityFile: '/id', hostKeys: [] }
}
function host(name: string, ...way: readonly string[]): Host {
  return { name, instanceId: `i-${name}`, address: '30.0.0.9', user: 'ubuntu', route: [...way, name].map(hop) }
}
const testbed = { hosts: [host('bastion'), host('master', 'bastion'), host('gateway', 'bastion')] }

t.test('a machine is reached from the one before it; the bastion from outside, and all others through it', async (t) => {
  t.same(waysThrough('gateway', testbed), [{ from: 'i-bastion', to: 'i-gateway' }])
  t.same(waysThrough('bastion', testbed), [
    { to: 'i-bastion' },
    { from: 'i-bastion', to: 'i-master' },
    { from: 'i-bastion', to: 'i-gateway' },
  ])
})
