import { readFileSync, statSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { currentHost, refreshTestbed, requireRunningLab } from '../../../cli/testbed/refresh-testbed.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import type { AppliedTestbed } from '../../../stack/testbed.ts'
import { raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

/** A raised testbed, and an EC2 that says what `now` is. */
function worldOf(t: Test, before: Testbed, now: Testbed, labRuns = true) {
  const workspace = raisedWorkspace(tempFolder(t), before)
  const asked: AppliedTestbed[] = []
  const describeTestbed = async (applied: AppliedTestbed) => (asked.push(applied), now)
  return { workspace, asked, parts: { describeTestbed, findLab: async () => (labRuns ? {} : undefined) } }
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
      bastionAt: { host: '203.0.113.9', port: 22 },
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
