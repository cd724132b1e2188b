import t from 'tap'
import { typedHere } from '../../../cli/product/typed-as.ts'
import type { Test } from 'tap'
import { start } from '../../../cli/commands/start.ts'
import { stop } from '../../../cli/commands/stop.ts'
import { writeHostsWorkspace } from '../../../cli/testbed/hosts-workspace.ts'
import type { StartParts } from '../../../cli/testbed/start-testbed.ts'
import type { StopParts } from '../../../cli/testbed/stop-testbed.ts'
import { readStoppedRecord } from '../../../cli/testbed/stopped-record.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import type { Capacity } from '../../../stack/agent-group.ts'
import { lockWorkspace, workspaceAt } from '../../../stack/workspace.ts'
import { invocationIn, raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

/** A testbed with two agents, in an account that keeps what it is told. */
function worldOf(t: Test, target: Testbed['target'] = 'aws', account = '123456789012') {
  const folder = tempFolder(t)
  const raised = testbedOn(target)
  const workspace = raisedWorkspace(folder, raised)
  const asked: string[] = []
  let capacity: Capacity = { min: 1, desired: 2, max: 3 }
  let up = true
  const common = {
    describeAccount: async () => ({ id: account, identity: 'arn:aws:iam::123456789012:user/me' }),
    requireRunningLab: async () => undefined,
    refreshTestbed: async (): Promise<Testbed> => ({
      ...raised,
      hosts: raised.hosts.slice(0, 2 + capacity.desired).map((host) => (up ? host : { ...host, isDown: true })),
    }),
    readCapacity: async () => capacity,
    writeCapacity: async (_group: unknown, wanted: Capacity) => {
      asked.push(`capacity ${wanted.min} ${wanted.desired} ${wanted.max}`)
      capacity = wanted
    },
    waitForAgents: async (describe: () => Promise<Testbed>, wanted: number) => (asked.push(`wait for ${wanted} agents`), describe()),
  }
  const stopParts: StopParts = {
    ...common,
    stopMachines: async () => {
      asked.push('stop machines')
      const names = up ? ['gateway', 'bastion'] : []
      up = false
      return names
    },
  }
  const startParts: StartParts = {
    ...common,
    startMachines: async () => {
      asked.push('start machines')
      const names = up ? [] : ['bastion', 'gateway']
      up = true
      return names
    },
    waitForHostKeys: async (testbed) => testbed,
    waitForBoot: async () => void asked.push('boot'),
    waitForServices: async (_testbed, names) => void asked.push(`services of ${names.join(', ')}`),
  }
  return { folder, workspace, asked, stopParts, startParts, capacity: () => capacity, ...invocationIn(folder) }
}

t.test('stop: the agents by their group, then the machines; what goes on costing is said', async (t) => {
  const { workspace, asked, stopParts, invocation, out, err } = worldOf(t)
  t.equal(await stop(invocation, stopParts), 0)
  t.same(asked, ['capacity 0 0 3', 'wait for 0 agents', 'stop machines'])
  t.match(readStoppedRecord(workspace), { at: /^\d{4}-/, agents: { min: 1, desired: 2, max: 3 } })
  t.equal(
    out(),
    'testbed blue is stopped: 2 machines stopped, 2 agents ended\nthese go on costing: the NAT gateway and its address, the disks of the machines, what is in the log bucket (titus-bed destroy ends that)\n',
  )
  t.match(err(), `next: ${typedHere(invocation.cwd)} start\n`)
  lockWorkspace(workspace, 'test').release()
})

t.test('stop: a second time does no harm, and what the agents had stays remembered', async (t) => {
  const { workspace, stopParts, invocation, out } = worldOf(t, 'lab')
  await stop(invocation, stopParts)
  t.equal(await stop(invocation, stopParts), 0)
  t.match(readStoppedRecord(workspace), { agents: { min: 1, desired: 2, max: 3 } })
  t.equal(
    out(),
    'testbed blue is stopped: 2 machines stopped, 2 agents ended\ntestbed blue is stopped: it was before\n',
    'a lab costs nothing',
  )
})

t.test('stop: each look starts from what the last one saw', async (t) => {
  const { stopParts, invocation } = worldOf(t)
  const looks: (readonly [seen: Testbed, found: Testbed])[] = []
  const refreshTestbed: StopParts['refreshTestbed'] = async (workspace, seen) => {
    const found = { ...(await stopParts.refreshTestbed(workspace, seen)) }
    looks.push([seen, found])
    return found
  }
  await stop(invocation, { ...stopParts, refreshTestbed })
  t.equal(looks.length, 3)
  t.ok(
    looks.slice(1).every(([seen], index) => seen === looks[index]?.[1]),
    'a host key that was found is not looked for again',
  )
})

t.test('stop: interrupted while machines stop, it is taken up, and start brings back the agents that there were', async (t) => {
  const { stopParts, startParts, invocation, capacity } = worldOf(t)
  const interrupted = { ...stopParts, stopMachines: async () => Promise.reject(new Error('interrupted')) }
  await t.rejects(stop(invocation, interrupted), /interrupted/)
  t.equal(await stop(invocation, stopParts), 0)
  t.equal(await start(invocation, startParts), 0)
  t.same(capacity(), { min: 1, desired: 2, max: 3 })
})

t.test('start: the machines, then as many agents as there were, and all have booted', async (t) => {
  const { workspace, asked, stopParts, startParts, invocation, out, err } = worldOf(t)
  await stop(invocation, stopParts)
  asked.length = 0
  t.equal(await start(invocation, startParts), 0)
  t.same(asked, ['start machines', 'capacity 1 2 3', 'wait for 2 agents', 'boot', 'services of bastion, gateway'])
  t.match(out(), /testbed blue is up: 2 machines started, 2 agents launched anew, 4 machines ready after \d+\.\d s\n$/)
  t.match(
    err(),
    /new machines with new host keys: agents\[0\], agents\[1\]; they take no work until .*activated.*\nnext: .* run scenarios\/\*\.yaml\n$/,
  )
  t.equal(readStoppedRecord(workspace), undefined)
  lockWorkspace(workspace, 'test').release()
})

t.test('start: what was stopped by hand has no record, and the group is left as it is', async (t) => {
  const { asked, startParts, invocation, out, err } = worldOf(t)
  t.equal(await start(invocation, startParts), 0)
  t.same(asked, ['start machines', 'wait for 2 agents', 'boot'])
  t.match(out(), 'testbed blue is up: every machine ran, 4 machines ready')
  t.notMatch(err(), 'new', 'agents that ran on are not new')
})

t.test('start: what fails leaves the record for the next', async (t) => {
  const { workspace, stopParts, startParts, invocation } = worldOf(t)
  await stop(invocation, stopParts)
  await t.rejects(start(invocation, { ...startParts, waitForBoot: async () => Promise.reject(new Error('no boot')) }), /no boot/)
  t.match(readStoppedRecord(workspace), { agents: { desired: 2 } })
  lockWorkspace(workspace, 'test').release()
})

t.test('in another account nothing is asked of anything', async (t) => {
  const { workspace, asked, stopParts, startParts, invocation } = worldOf(t, 'aws', '210987654321')
  const refusal = { name: 'TestbedError', message: 'testbed blue stands in account 123456789012, and you are logged in to 210987654321' }
  await t.rejects(stop(invocation, stopParts), refusal)
  await t.rejects(start(invocation, startParts), refusal)
  t.same(asked, [])
  t.equal(readStoppedRecord(workspace), undefined)
})

t.test('hosts that were not raised here are nobody to stop', async (t) => {
  const { folder, stopParts, startParts, asked } = worldOf(t)
  writeHostsWorkspace(workspaceAt(folder, 'ours'), { ...testbedOn('hosts'), name: 'ours' })
  const { invocation } = invocationIn(folder, { options: { testbed: 'ours' } })
  t.same(await refusalOf(stop(invocation, stopParts)), ['not-owned'])
  t.same(await refusalOf(start(invocation, startParts)), ['not-owned'])
  t.same(asked, [])
})
