import t from 'tap'
import { hostNamesOf, isRefused, resolveHost } from '../../schemas/resolve-host.ts'
import type { HostNames } from '../../schemas/resolve-host.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'

function host(name: string, address: string, group?: string): Host {
  return { name, address, instanceId: `i-${name}`, user: 'admin', route: [], ...(group === undefined ? {} : { group }) }
}

const hosts = [host('gateway', '10.0.0.12'), host('agents[0]', '10.0.0.50', 'agents'), host('agents[1]', '10.0.0.51', 'agents')]
const testbed: Testbed = { name: 'x', target: 'lab', region: 'eu-west-1', account: '000000000000', hosts, outputs: {}, api: {} }
const raised = hostNamesOf(testbed)
const planned: HostNames = { machines: ['gateway'], groups: ['agents'] }
const step = { local: true, several: true }
const command = { local: false, several: false }

t.test('a name means hosts', async (t) => {
  const one = (name: string) => ({ mode: 'one', names: [name] })
  for (const names of [planned, raised]) {
    t.same(resolveHost('gateway', names, command), one('gateway'))
    t.same(resolveHost('agents[1]', names, command), one('agents[1]'))
    t.same(resolveHost('local', names, step), one('local'))
  }
  t.same(resolveHost('agents.all', raised, step), { mode: 'all', names: ['agents[0]', 'agents[1]'] })
  t.same(resolveHost('agents.any', raised, step), { mode: 'any', names: ['agents[0]', 'agents[1]'] })
  for (const name of ['10.0.0.51', 'i-agents[1]', 'ip-10-0-0-51', 'ip-10-0-0-51.eu-west-1.compute.internal'])
    t.same(resolveHost(name, raised, command), one('agents[1]'), name)
})

t.test('a name that means none is refused with all that can stand there', async (t) => {
  const told = (text: string, names: HostNames, nameable: typeof step): string => {
    const resolved = resolveHost(text, names, nameable)
    return isRefused(resolved) ? `${resolved.code}: ${resolved.message}; ${resolved.expected}` : resolved.names.join()
  }
  t.equal(told('al', planned, step), 'unknown-host: there is no host al; one of gateway, agents[0], agents.all, agents.any, all or local')
  t.equal(told('all', planned, step), 'all')
  t.equal(told('all', raised, step), 'gateway,agents[0],agents[1]')
  t.equal(told('all', raised, command), 'unknown-host: there is no host all; one of gateway or agents[0]')
  t.equal(told('local', raised, command), 'unknown-host: there is no host local; one of gateway or agents[0]')
  t.equal(told('agents', planned, step), 'bad-host: agents is a group of machines; agents[0], agents.all or agents.any')
  t.equal(told('agents.all', raised, command), 'bad-host: agents.all means several machines; agents[0] or agents[1]')
  t.equal(told('agents[7]', raised, step), 'unknown-host: there is no host agents[7]; one of agents[0] or agents[1]')
  t.equal(told('gateway.all', planned, step), 'bad-host: gateway is one machine and no group: there is no gateway.all; gateway')
  const alone = hostNamesOf({ ...testbed, hosts: hosts.slice(0, 1) })
  t.match(told('agents.all', alone, step), /^empty-group: no machine of the group agents runs/)
  t.match(told('agents[0]', alone, command), /^unknown-host: no machine of the group agents runs/)
  t.match(told('workers.any', raised, step), /^empty-group: there is no group for workers\.any; one of gateway/)
  t.match(resolveHost('gatway', raised, command), { hint: /"gateway"/ })
  t.match(resolveHost('agent', raised, command), { hint: /agents/ })
})
