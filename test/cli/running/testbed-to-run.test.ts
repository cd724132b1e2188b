import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { testbedToRun } from '../../../cli/running/testbed-to-run.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { consoleOf, hostKeyOf, invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { consoleAnswer, describeGroup, describeInstances, startLoopbackAws } from '../loopback-aws.ts'

/** A raised testbed whose only agent was launched at some time, and an EC2 that has these consoles, one after the other, the last for ever. */
async function worldOf(t: Test, launched: Date, ...consoles: readonly string[]) {
  const folder = tempFolder(t)
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1' } }
  let looked = 0
  const { access, asked } = await startLoopbackAws(t, folder, {
    DescribeInstances: describeInstances(raised, ['30.0.100.70']).replaceAll('2026-01-01T00:00:01.000Z', launched.toISOString()),
    DescribeAutoScalingGroups: describeGroup(raised, 1),
    get GetConsoleOutput() {
      return consoleAnswer(consoles[Math.min(looked++, consoles.length - 1)] ?? '')
    },
  })
  const [bastion] = raised.hosts as [Testbed['hosts'][number]]
  const known = ['bastion', 'prereqs', 'master', 'gateway'].map((name) => ({ ...bastion, name, instanceId: `i-${name}` }))
  const testbed: Testbed = { ...raised, hosts: known, api: access }
  const { invocation, err } = invocationIn(folder)
  return { workspace: raisedWorkspace(folder, testbed), testbed, asked, invocation, err }
}

t.test('an agent that has just replaced another is waited for, until its console shows its host key', async (t) => {
  const { workspace, testbed, asked, invocation, err } = await worldOf(t, new Date(), '', 'Linux version 6.1', consoleOf('i-agent-0'))
  const { hosts } = await testbedToRun(invocation, workspace, testbed)
  t.equal(asked.filter((action) => action === 'GetConsoleOutput').length, 3)
  t.equal(err(), 'agents[0] boots, and its console shows no host key yet\nagents[0] has shown its host key\n', 'told when that changes')
  t.match(hosts.at(-1), {
    name: 'agents[0]',
    instanceId: 'i-agent-0',
    route: [{ name: 'bastion' }, { hostKeys: [hostKeyOf('i-agent-0')] }],
  })
  t.equal(hosts.at(-1)?.bootingSince, undefined)
  t.match(readFileSync(workspace.knownHosts, 'utf8'), hostKeyOf('i-agent-0'))
  await testbedToRun(invocation, workspace, { ...testbed, hosts })
  t.equal(asked.filter((action) => action === 'GetConsoleOutput').length, 3, 'its key is on record, and stays')
})

t.test('one that has had its time ends the run before it begins, and is never taken on trust', async (t) => {
  const { workspace, testbed, invocation } = await worldOf(t, new Date('2026-01-01T00:00:00Z'), 'Linux version 6.1')
  await t.rejects(testbedToRun(invocation, workspace, testbed), {
    name: 'TestbedError',
    message: /^agents\[0\] boots since \d+ s, and its console shows no host key yet\nagents\[0\] said last:\n {2}Linux version 6\.1$/,
    hint: /terminate i-agent-0/,
  })
  t.notMatch(readFileSync(workspace.knownHosts, 'utf8'), 'agents')
})
