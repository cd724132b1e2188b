import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { machineNames } from '../../../schemas/roles/index.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { workspaceAt } from '../../../stack/workspace.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { describeInstances, startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'
import { typeCommand } from '../type-command.ts'

/** A raised testbed, and an EC2 on loopback that knows its machines and these agents. */
async function worldOf(t: Test, agents: readonly string[], answers?: Answers) {
  const folder = tempFolder(t)
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1' } }
  const { access, asked } = await startLoopbackAws(t, folder, answers ?? { DescribeInstances: describeInstances(raised, agents) })
  const testbed: Testbed = { ...raised, api: access }
  return { folder, testbed, asked, workspace: raisedWorkspace(folder, testbed) }
}

t.test('status: the machines that run now, how to reach them, and what to type next', async (t) => {
  const { folder, testbed, asked, workspace } = await worldOf(t, ['30.0.100.70', '30.0.100.71', '30.0.100.72'])
  const { code, out, err } = await typeCommand(folder, 'status')
  t.equal(code, 0)
  t.equal(err, '')
  const lines = out.trimEnd().split('\n')
  t.equal(lines[0], 'testbed blue on aws, account 123456789012, region eu-west-1')
  t.match(lines[1], /^ {2}bastion {4}30\.0\.100\.\d+ +i-bastion$/)
  t.match(out, /^ {2}agents\[2\] {2}30\.0\.100\.72 {6}i-agent-2$/m, 'an agent that was not there when it was raised')
  t.match(out, `AWS API ${testbed.api.endpoint}: eval "$(titus-bed env)"`)
  t.match(out, /^capabilities, which scenarios may require: aws, iam\.real, .*machine\.stop/m)
  t.equal(lines.at(-1), 'titus-bed ssh HOST opens a shell; titus-bed destroy removes everything')
  t.notMatch(out, 'also here')
  t.same(asked, ['DescribeInstances'], 'one question, whatever it shows')
  t.match(readFileSync(workspace.sshConfig, 'utf8'), 'agents[2]', 'ssh -F finds it, too')
})

t.test('status: JSON is the testbed and nothing else', async (t) => {
  const { folder } = await worldOf(t, ['30.0.100.70'])
  const { code, out } = await typeCommand(folder, 'status', '--json')
  t.equal(code, 0)
  t.match(JSON.parse(out), { name: 'blue', target: 'aws', hosts: [{ name: 'bastion' }], capabilities: ['aws', 'iam.real'] })
  t.equal((JSON.parse(out) as Testbed).hosts.at(-1)?.name, 'agents[0]')
})

t.test('status: other testbeds of the folder are named, those that are half-made are not', async (t) => {
  const { folder } = await worldOf(t, [])
  raisedWorkspace(folder, testbedOn('lab', 'green'))
  raisedWorkspace(folder, testbedOn('lab', 'red'))
  workspaceAt(folder, 'half')
  const { out } = await typeCommand(folder, 'status', '--testbed', 'blue')
  t.match(out, 'also here: green, red (--testbed NAME)\n')
})

t.test('status: an API that refuses, or does not answer, is the testbed in the way', async (t) => {
  const refusing = await worldOf(t, [], { DescribeInstances: { refused: 'UnauthorizedOperation' } })
  const refused = await typeCommand(refusing.folder, 'status')
  t.equal(refused.code, 3)
  t.match(refused.err, /does not answer as it should\n {2}UnauthorizedOperation/)
  t.equal(refused.out, '')
  const { folder, testbed } = await worldOf(t, [])
  raisedWorkspace(folder, { ...testbed, api: { ...testbed.api, credentialsFile: join(folder, 'gone') } })
  t.match(await typeCommand(folder, 'status'), { code: 3, err: /credentials file .*gone cannot be read[^]*titus-bed apply/ })
})

t.test('status: a machine that does not run is down, with the way to get it back, and the way to it stays', async (t) => {
  const { folder, testbed } = await worldOf(t, [], { DescribeInstances: '<DescribeInstancesResponse></DescribeInstancesResponse>' })
  const [bastion] = testbed.hosts
  raisedWorkspace(folder, { ...testbed, hosts: bastion === undefined ? [] : machineNames.map((name) => ({ ...bastion, name })) })
  const { code, out, err } = await typeCommand(folder, 'status')
  t.equal(code, 0, err)
  t.match(out, /^ {2}bastion .* down$/m)
  t.match(out, /^titus-bed apply brings back a machine that is gone$/m)
  t.match(JSON.parse((await typeCommand(folder, 'status', '--json')).out), { hosts: [{ name: 'bastion', isDown: true }] })
  t.match(await typeCommand(folder, 'ssh-config'), { code: 0, out: /^Host gateway/m })
})

t.test('status: a testbed file that somebody changed is told with its place', async (t) => {
  const { folder, workspace, asked } = await worldOf(t, [])
  writeFileSync(workspace.testbed, readFileSync(workspace.testbed, 'utf8').replace('"aws"', '"moon"'))
  const { code, err } = await typeCommand(folder, 'status')
  t.equal(code, 3)
  t.match(err, /testbed\.json is damaged:\n {2}\d+:\d+: .*\n[^]*what to do: rm -r .*testbed\.json/)
  t.same(asked, [])
})

t.test('ssh-config: what plain OpenSSH reads, for the machines of now', async (t) => {
  const { folder, workspace } = await worldOf(t, ['30.0.100.70'])
  const { code, out, err } = await typeCommand(folder, 'ssh-config')
  t.equal(code, 0)
  t.equal(err, '')
  t.equal(out, readFileSync(workspace.sshConfig, 'utf8'))
  t.match(out, 'agents[0]')
  t.notMatch(out, 'agents[1]', 'the second agent that was there when it was raised is gone')
  t.match(out, workspace.knownHosts)
})

t.test('ssh: a host that is not there is answered with those that are, before OpenSSH is started', async (t) => {
  const { folder } = await worldOf(t, ['30.0.100.70'])
  t.match(await typeCommand(folder, 'ssh', 'gatewai'), { code: 2, err: /testbed blue: [^]*gatewai[^]*did you mean "gateway"/ })
  t.match(await typeCommand(folder, 'ssh', 'agents[4]'), { code: 2, err: /testbed blue: / })
})

t.test('ssh: without an ssh on the PATH the cure is named', async (t) => {
  const { folder } = await worldOf(t, [])
  const path = process.env['PATH']
  t.teardown(() => (process.env['PATH'] = path))
  process.env['PATH'] = folder
  t.match(await typeCommand(folder, 'ssh', 'gateway'), { code: 3, err: /ssh cannot be started\n.*titus-bed doctor/ })
})
