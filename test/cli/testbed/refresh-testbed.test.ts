import { readFileSync, statSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { currentHost, refreshTestbed, requireRunningLab } from '../../../cli/testbed/refresh-testbed.ts'
import type { LabInstance } from '../../../lab/index.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { machineNames } from '../../../schemas/roles/index.ts'
import { machineTag } from '../../../stack/names.ts'
import { readTestbed } from '../../../stack/workspace.ts'
import type { AppliedTestbed } from '../../../stack/testbed.ts'
import { consoleOf, raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

/** A raised testbed, and an EC2 that says what `now` is. */
function worldOf(t: Test, before: Testbed, now: Testbed, labRuns = true) {
  const workspace = raisedWorkspace(tempFolder(t), before)
  const asked: AppliedTestbed[] = []
  const describeTestbed = async (applied: AppliedTestbed) => (asked.push(applied), now)
  const listInstances = async (): Promise<readonly LabInstance[]> => {
    throw new Error('an older lab, which cannot say')
  }
  const relays: string[] = []
  const openRelay = async (_lab: string, address: string) => (relays.push(address), { host: '127.0.0.1', port: 2200 + relays.length })
  const consoles: string[] = []
  const openWatch = () => ({ readConsole: async (instanceId: string) => (consoles.push(instanceId), consoleOf(instanceId)) })
  const parts = { describeTestbed, listInstances, openRelay, openWatch, findLab: async () => (labRuns ? {} : undefined) }
  return { workspace, asked, relays, consoles, parts }
}

const raised = testbedOn('lab')
const grown: Testbed = {
  ...raised,
  hosts: [...raised.hosts, { ...raised.hosts[3]!, name: 'agents[2]', address: '30.0.100.52', instanceId: 'i-new' }],
}

t.test('the machines of now are asked for the way that they are reached, and written down for OpenSSH', async (t) => {
  const { workspace, asked, parts } = worldOf(t, raised, grown)
  t.equal(await refreshTestbed(workspace, raised, undefined, parts), grown)
  t.match(asked, [
    {
      name: 'blue',
      access: raised.api,
      outputs: raised.outputs,
      identityFile: '/keys/login',
    },
  ])
  t.match(readFileSync(workspace.sshConfig, 'utf8'), /agents\[2\]/)
  t.same(JSON.parse(readFileSync(workspace.testbed, 'utf8')), grown)
})

t.test('what has not changed is not written again', async (t) => {
  const { workspace, parts } = worldOf(t, raised, structuredClone(raised))
  const before = statSync(workspace.testbed, { bigint: true })
  await refreshTestbed(workspace, raised, undefined, parts)
  const after = statSync(workspace.testbed, { bigint: true })
  t.equal(after.ino, before.ino)
  t.equal(after.mtimeNs, before.mtimeNs)
})

t.test('of hosts that were not raised nobody is asked: they are those of their file', async (t) => {
  const hosts: Testbed = { ...raised, target: 'hosts', hosts: [] }
  const { workspace, asked, relays, consoles, parts } = worldOf(t, raised, grown, false)
  t.equal(await refreshTestbed(workspace, hosts, undefined, parts), hosts)
  t.same([asked, relays, consoles], [[], [], []])
})

t.test('a testbed without machines has no way in', async (t) => {
  const { workspace, parts } = worldOf(t, { ...raised, hosts: [] }, raised)
  await t.rejects(refreshTestbed(workspace, { ...raised, hosts: [] }, undefined, parts), { name: 'TestbedError', hint: 'titus-bed apply' })
})

t.test('EC2 is asked only for machines that come and go', async (t) => {
  const { workspace, asked, parts } = worldOf(t, raised, grown)
  t.match(await currentHost(workspace, raised, 'gateway', parts), { host: { name: 'gateway' }, testbed: raised })
  t.equal(asked.length, 0)
  t.match(await currentHost(workspace, raised, 'agents[2]', parts), { host: { instanceId: 'i-new' }, testbed: grown })
  t.match(await currentHost(workspace, raised, '30.0.100.52', parts), { host: { name: 'agents[2]' } })
  t.equal(asked.length, 2)
  t.same(await refusalOf(currentHost(workspace, raised, 'gatewai', parts)), ['unknown-host'])
})

t.test('a lab that has ended is told, and is no matter on AWS', async (t) => {
  const { workspace, asked, parts } = worldOf(t, raised, grown, false)
  const ended = { name: 'TestbedError', message: 'the lab of testbed blue is not running', hint: /titus-bed apply/ }
  await t.rejects(requireRunningLab(workspace, raised, parts), ended)
  await t.rejects(refreshTestbed(workspace, raised, undefined, parts), ended)
  await t.rejects(currentHost(workspace, raised, 'gateway', parts), ended)
  t.equal(asked.length, 0)
  await t.resolves(requireRunningLab(workspace, testbedOn('aws'), parts))
})

t.test('a lab that says what runs in it is believed, and its EC2 is not asked', async (t) => {
  const before: Testbed = { ...raised, outputs: { ...raised.outputs, vpc_id: 'vpc-1', agent_asg_name: 'blue-agents' } }
  const { workspace, asked, parts } = worldOf(t, before, grown)
  const common = { state: 'running', vpcId: 'vpc-1', launchedAt: '2026-01-02T00:00:00.000Z' } as const
  const machines = machineNames.map((name, index) => ({
    ...common,
    id: `i-${name}`,
    privateAddress: `30.0.100.${10 + index}`,
    tags: { Name: machineTag('blue', name) },
  }))
  const agent = { ...common, privateAddress: '30.0.100.60', tags: { 'aws:autoscaling:groupName': 'blue-agents' } }
  const listInstances = async (): Promise<readonly LabInstance[]> => [
    ...machines,
    { ...agent, id: 'i-second' },
    { ...agent, id: 'i-first', launchedAt: '2026-01-01T00:00:00.000Z' },
    { ...agent, id: 'i-gone', state: 'terminated' },
    { ...agent, id: 'i-stopped', state: 'stopped' },
    { ...agent, id: 'i-elsewhere', vpcId: 'vpc-2' },
  ]
  const { hosts } = await refreshTestbed(workspace, before, undefined, { ...parts, listInstances })
  t.same(
    hosts.map(({ name, instanceId }) => [name, instanceId]),
    [...machineNames.map((name) => [name, `i-${name}`]), ['agents[0]', 'i-first'], ['agents[1]', 'i-second']],
  )
  t.equal(asked.length, 0)
})

t.test('a machine that does not run stays where it was, as one that is down', async (t) => {
  const before: Testbed = { ...raised, outputs: { ...raised.outputs, vpc_id: 'vpc-1', agent_asg_name: 'blue-agents' } }
  const { workspace, parts } = worldOf(t, before, grown)
  const common = { vpcId: 'vpc-1', launchedAt: '2026-01-02T00:00:00.000Z', privateAddress: '30.0.100.60' } as const
  const groupTag = { 'aws:autoscaling:groupName': 'blue-agents' }
  const machines = (gateway: LabInstance['state'], agent: LabInstance['state']): readonly LabInstance[] => [
    ...machineNames.map((name) => {
      const state = name === 'gateway' ? gateway : 'running'
      return { ...common, id: `i-${name}`, state, tags: { Name: machineTag('blue', name) } }
    }),
    { ...common, id: 'i-a', state: agent, tags: groupTag },
    { ...common, id: 'i-b', state: 'running', tags: groupTag },
  ]
  const look = (from: Testbed, found: readonly LabInstance[]) =>
    refreshTestbed(workspace, from, undefined, { ...parts, listInstances: async () => found })
  const up = await look(before, machines('running', 'running'))
  t.same(
    up.hosts.filter(({ isDown }) => isDown),
    [],
  )
  const down = await look(up, machines('stopped', 'stopping'))
  t.same(
    down.hosts.map(({ name, instanceId, isDown = false }) => [name, instanceId, isDown]),
    up.hosts.map(({ name, instanceId }) => [name, instanceId, name === 'gateway' || name === 'agents[0]']),
  )
  t.same(
    down.hosts.map(({ route }) => route),
    up.hosts.map(({ route }) => route),
  )
  t.same(readTestbed(workspace), down, 'the file of a testbed may say so')
  const gone = await look(down, machines('terminated', 'terminated'))
  t.match(
    gone.hosts.find(({ name }) => name === 'gateway'),
    { isDown: true },
  )
  t.match(gone.hosts.at(-1), { name: 'agents[0]', instanceId: 'i-b' }, 'an agent that is gone is none any more')
  t.same(await look(gone, machines('running', 'running')), up)
})

t.test('the new public address of the bastion is found, and the way into a lab leads there', async (t) => {
  const before: Testbed = { ...raised, outputs: { ...raised.outputs, vpc_id: 'vpc-1' } }
  const { workspace, relays, parts } = worldOf(t, before, grown)
  const common = { vpcId: 'vpc-1', state: 'running', launchedAt: '2026-01-02T00:00:00.000Z', privateAddress: '30.0.1.10' } as const
  const machines = (publicAddress?: string): readonly LabInstance[] =>
    machineNames.map((name) => ({
      ...common,
      id: `i-${name}`,
      tags: { Name: machineTag('blue', name) },
      ...(name === 'bastion' && publicAddress !== undefined ? { publicAddress } : {}),
    }))
  const look = (from: Testbed, publicAddress?: string) =>
    refreshTestbed(workspace, from, undefined, { ...parts, listInstances: async () => machines(publicAddress) })
  const same = await look(before, '203.0.113.9')
  t.match(same.hosts[1]?.route, [{ address: '203.0.113.9' }, {}])
  t.same(relays, [], 'an address that is known has its way')
  const moved = await look(same, '203.0.113.80')
  t.equal(moved.outputs['bastion_ip'], '203.0.113.80')
  t.ok(moved.hosts.every(({ route }) => route[0]?.address === '127.0.0.1' && route[0].port === 2201))
  t.same(relays, ['203.0.113.80'])
  t.same(readTestbed(workspace), moved)
  t.same(await look(moved), moved, 'a lab that does not say it: as it was')
})

t.test('a machine that does not run is no host to go to', async (t) => {
  const down = (names: readonly string[]): Testbed => ({
    ...raised,
    hosts: raised.hosts.map((host) => (names.includes(host.name) ? { ...host, isDown: true } : host)),
  })
  for (const [names, message] of [
    [['bastion', 'gateway'], 'testbed blue is stopped'],
    [['bastion'], 'the bastion of testbed blue does not run, and every other machine is reached through it'],
    [['gateway'], 'gateway of testbed blue does not run'],
  ] as const) {
    const { workspace, parts } = worldOf(t, down(names), down(names))
    await t.rejects(currentHost(workspace, down(names), 'gateway', parts), { name: 'TestbedError', message, hint: /titus-bed start/ })
  }
  const { workspace, parts } = worldOf(t, down(['gateway']), raised)
  t.match(await currentHost(workspace, down(['gateway']), 'gateway', parts), { host: { name: 'gateway' } }, 'one that is back is')
})

t.test('while the bastion boots, nobody gets to what is behind it, and is told what to do', async (t) => {
  const bootingSince = new Date().toISOString()
  const booting = { ...raised, hosts: raised.hosts.map((host) => (host.name === 'bastion' ? { ...host, bootingSince } : host)) }
  const { workspace, parts } = worldOf(t, booting, booting)
  await t.rejects(currentHost(workspace, booting, 'gateway', parts), {
    name: 'TestbedError',
    message: /^bastion of testbed blue boots since \d+ s, and its console shows no host key yet$/,
    hint: /try again in a moment/,
  })
  const { workspace: later, parts: up } = worldOf(t, booting, raised)
  t.match(await currentHost(later, booting, 'gateway', up), { host: { name: 'gateway' }, testbed: raised })
})
