import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { machineNames } from '../../../schemas/roles/index.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { writeTargetRecord } from '../../../cli/target/target-record.ts'
import { writeStoppedRecord } from '../../../cli/testbed/stopped-record.ts'
import { workspaceAt } from '../../../stack/workspace.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { consoleAnswer, describeGroup, describeInstances, startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'
import { typeCommand } from '../type-command.ts'

/** A raised testbed, and an EC2 on loopback that knows its machines and these agents, which are as many as are wanted. */
async function worldOf(t: Test, agents: readonly string[], answers: Answers = {}) {
  const folder = tempFolder(t)
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1' } }
  const { access, asked } = await startLoopbackAws(t, folder, {
    DescribeInstances: describeInstances(raised, agents),
    DescribeAutoScalingGroups: describeGroup(raised, agents.length),
    ...answers,
  })
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
  t.equal(
    asked.filter((action) => action === 'GetConsoleOutput').length,
    5,
    'each machine whose host key is not on record is asked for its console',
  )
  asked.length = 0
  t.equal((await typeCommand(folder, 'status')).out, out)
  t.same(asked, ['DescribeInstances', 'DescribeAutoScalingGroups'], 'two questions, whatever it shows')
  t.notMatch(out, /stopped| run$/m)
  t.match(readFileSync(workspace.sshConfig, 'utf8'), 'agents[2]', 'ssh -F finds it, too')
})

t.test('status: a machine that has not shown its host key boots, and nobody connects to it', async (t) => {
  const { folder, workspace } = await worldOf(t, ['30.0.100.70'], { GetConsoleOutput: consoleAnswer('Linux version 6.1') })
  const { code, out } = await typeCommand(folder, 'status')
  t.equal(code, 0)
  t.match(out, /^ {2}agents\[0\] {2}30\.0\.100\.70 {6}i-agent-0 {2}boots since \d+ s, and its console shows no host key yet$/m)
  t.match(out, /^ {2}bastion .* i-bastion$/m, 'what is on record stays')
  const known = readFileSync(workspace.knownHosts, 'utf8')
  t.notMatch(known, 'agents', 'OpenSSH is not to trust it either')
  t.match(JSON.parse((await typeCommand(folder, 'status', '--json')).out).hosts.at(-1), {
    name: 'agents[0]',
    bootingSince: /^2026-01-01T00:00:01/,
  })
  t.match(await typeCommand(folder, 'exec', 'agents[0]', '--', 'true'), { code: 3, err: /agents\[0\] of testbed blue boots since \d+ s/ })
})

t.test('status: a console that may not be read is told, and nothing is guessed', async (t) => {
  const { folder } = await worldOf(t, ['30.0.100.70'], { GetConsoleOutput: { refused: 'UnauthorizedOperation' } })
  t.match(await typeCommand(folder, 'status'), { code: 3, err: /UnauthorizedOperation/ })
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
  t.match(out, /^it is stopped: titus-bed start$/m)
  t.match(JSON.parse((await typeCommand(folder, 'status', '--json')).out), {
    state: 'stopped',
    agents: { running: 0, wanted: 0 },
    hosts: [{ name: 'bastion', isDown: true }],
  })
  t.match(await typeCommand(folder, 'ssh-config'), { code: 0, out: /^Host gateway/m })
})

t.test('status: agents are counted against those that are wanted, now or once it is started', async (t) => {
  const { folder, testbed, workspace } = await worldOf(t, ['30.0.100.70'], {
    DescribeAutoScalingGroups: describeGroup(testbedOn('aws'), 3),
  })
  t.match((await typeCommand(folder, 'status')).out, /^ {2}agents: 1 of 3 run$/m)
  t.match(JSON.parse((await typeCommand(folder, 'status', '--json')).out), { state: 'up', agents: { running: 1, wanted: 3 } })
  writeStoppedRecord(workspace, { at: '2026-01-01T20:00:00.000Z', agents: { min: 0, desired: 2, max: 4 } })
  t.match((await typeCommand(folder, 'status')).out, /^ {2}agents: 1 of 2 run$/m)
  t.match(testbed.name, 'blue')
  const none = await worldOf(t, [], {
    DescribeAutoScalingGroups: '<DescribeAutoScalingGroupsResponse></DescribeAutoScalingGroupsResponse>',
  })
  t.match(await typeCommand(none.folder, 'status'), { code: 3, err: /there is no Auto Scaling group blue-agents\n.*titus-bed apply/ })
})

t.test('status: what it costs now, which is less while it is stopped', async (t) => {
  const { machines, agents } = seedCluster
  const record = { target: 'aws', region: 'eu-west-1', sizes: { machines, agents } } as const
  const up = await worldOf(t, ['30.0.100.70'])
  t.notMatch((await typeCommand(up.folder, 'status')).out, 'costs now', 'one that was raised before this was written down')
  writeTargetRecord(up.workspace, record)
  t.match(
    (await typeCommand(up.folder, 'status')).out,
    /^costs now: about USD 0\.37 an hour in eu-west-1, .*machines 0\.30, NAT gateway 0\.05/m,
  )
  t.match(JSON.parse((await typeCommand(up.folder, 'status', '--json')).out), { price: { total: Number, unknown: [] } })
  const down = await worldOf(t, [], { DescribeInstances: '<DescribeInstancesResponse></DescribeInstancesResponse>' })
  const [bastion] = down.testbed.hosts
  raisedWorkspace(down.folder, { ...down.testbed, hosts: bastion === undefined ? [] : machineNames.map((name) => ({ ...bastion, name })) })
  writeTargetRecord(down.workspace, record)
  t.match((await typeCommand(down.folder, 'status')).out, /^costs now: about USD 0\.06 an hour .*machines 0\.00, NAT gateway 0\.05/m)
  writeTargetRecord(down.workspace, { ...record, sizes: { machines: {}, agents } as never })
  t.match(await typeCommand(down.folder, 'status'), { code: 3, err: /target\.json is damaged/ })
})

t.test('status: one machine that is down is told apart from a testbed that is stopped', async (t) => {
  const { folder, testbed } = await worldOf(t, ['30.0.100.70'])
  const gone = describeInstances(testbed, ['30.0.100.70']).replace('blue-gateway', 'other')
  const half = await worldOf(t, ['30.0.100.70'], { DescribeInstances: gone })
  const { out } = await typeCommand(half.folder, 'status')
  t.match(out, /^ {2}gateway .* down$/m)
  t.match(out, /^titus-bed start starts a machine that is stopped, titus-bed apply brings back one that is gone$/m)
  t.notMatch(out, 'it is stopped')
  t.notMatch((await typeCommand(folder, 'status')).out, 'down')
})

t.test('status: a testbed file that somebody changed is told with its place', async (t) => {
  const { folder, workspace, asked } = await worldOf(t, [])
  writeFileSync(workspace.testbed, readFileSync(workspace.testbed, 'utf8').replace('"aws"', '"moon"'))
  const { code, err } = await typeCommand(folder, 'status')
  t.equal(code, 3)
  t.match(err, /testbed\.json is damaged:\n {2}\d+:\d+: .*\n[^]*do: rm -r .*testbed\.json/)
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
