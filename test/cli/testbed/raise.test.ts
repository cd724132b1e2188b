import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { raise, withPlan } from '../../../cli/testbed/raise.ts'
import type { RaiseParts } from '../../../cli/testbed/raise.ts'
import { keyAwaited } from '../../../cli/testbed/wait-for-host-keys.ts'
import { readStoppedRecord, writeStoppedRecord } from '../../../cli/testbed/stopped-record.ts'
import { readTargetRecord } from '../../../cli/target/target-record.ts'
import type { Target } from '../../../cli/target/target.ts'
import type { Cluster } from '../../../schemas/cluster.ts'
import { TestbedError } from '../../../schemas/failure.ts'
import type { PlanSummary } from '../../../stack/terraform.ts'
import { planFile } from '../../../stack/terraform/layout.ts'
import type { AppliedTestbed } from '../../../stack/testbed.ts'
import {
  forgetTestbed,
  lockWorkspace,
  makeWorkspace,
  readRaisedStack,
  readTestbed,
  workspaceAt,
  writeTestbed,
} from '../../../stack/workspace.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { fakeTerraform, invocationIn, planOf, refusalOf, steadyParts, tempFolder, testbedOn } from '../fake-testbed.ts'

/** The seed's cluster on AWS, with a package of the user's own in a folder. */
function clusterIn(folder: string): Cluster {
  const from = join(folder, 'packages')
  mkdirSync(from)
  const sha256: Record<string, string> = {}
  for (const name of ['titus-server-master', 'titus-server-gateway', 'titus-agent', 'mesos-master', 'zookeeper']) {
    const file = `${name}_1_all.deb`
    writeFileSync(join(from, file), name)
    sha256[file] = createHash('sha256').update(name).digest('hex')
  }
  return { ...seedCluster, name: 'blue', target: 'aws', titus: { ...seedCluster.titus, packages: { from, sha256 } } }
}

const target: Target = {
  access: {},
  account: '123456789012',
  identity: 'arn:aws:iam::123456789012:user/me',
  zone: 'eu-west-1b',
  trustedCidr: '203.0.113.77/32',
  failedMachine: async () => undefined,
  readConsole: async () => '',
  bastionAt: async (address) => ({ host: '127.0.0.1', port: address === '203.0.113.9' ? 2222 : 0 }),
}

interface World {
  readonly plan?: PlanSummary
  readonly boot?: Error
  readonly agreed?: boolean
  readonly applied?: Error
  readonly failed?: Awaited<ReturnType<Target['failedMachine']>>
}

/** Raises with a Terraform, an EC2 and machines that are not there. */
function worldOf(t: Test, { plan = planOf('aws_vpc.this'), boot, agreed = true, applied, failed }: World = {}) {
  const folder = tempFolder(t)
  const asked: string[] = []
  const described: AppliedTestbed[] = []
  const ways: unknown[] = []
  const raised = testbedOn('aws')
  const parts: RaiseParts = {
    ...steadyParts,
    openTarget: async () => ({ ...target, failedMachine: async () => failed }),
    standInImages: async () => [],
    openTerraform: async (_request, _workspace, region) => (
      asked.push(`terraform in ${region}`),
      fakeTerraform(asked, { plan, outputs: raised.outputs, ...(applied === undefined ? {} : { apply: applied }) })
    ),
    describeTestbed: async (applied, openWayIn) => {
      asked.push('describe')
      described.push(applied)
      ways.push(await openWayIn('203.0.113.9'))
      return raised
    },
    waitForBoot: async (_testbed, _target, say) => {
      asked.push('wait for the boot')
      say('gateway', 'ready')
      if (boot !== undefined) throw boot
    },
  }
  const confirm = async (_target: Target, shown?: PlanSummary) => (asked.push(`confirm ${shown?.add ?? 'without a plan'}`), agreed)
  const { invocation, err } = invocationIn(folder)
  const request = { ...invocation, cluster: clusterIn(folder), confirm }
  return { folder, err, asked, described, ways, parts, request, raised, workspace: workspaceAt(folder, 'blue') }
}

t.test('it plans, asks, applies the plan that was shown, and waits for the machines', async (t) => {
  const { folder, asked, described, ways, parts, request, raised, workspace } = worldOf(t)
  t.same(await raise(request, parts), { testbed: raised, changes: planOf('aws_vpc.this') })
  t.same(asked, ['terraform in eu-west-1', 'plan', 'confirm 1', 'apply the plan', 'describe', 'wait for the boot'])
  t.match(described, [{ name: 'blue', account: target.account, outputs: raised.outputs }])
  t.same(ways, [{ host: '127.0.0.1', port: 2222 }], 'and the way in is where the target says')
  t.same(readTestbed(workspace), raised)
  const sizes = { machines: request.cluster.machines, agents: { instanceType: 'm4.large', volumeGiB: 30 } }
  t.same(readTargetRecord(workspace), { target: 'aws', region: 'eu-west-1', account: target.account, zone: 'eu-west-1b', sizes })
  t.equal(readFileSync(join(folder, '.titus-bed/last-raised'), 'utf8'), 'blue\n')
  t.same(existsSync(join(workspace.terraform, 'packages/titus-agent_1_all.deb')), true, 'the packages lie where the stack names them')
  const stack = readFileSync(join(workspace.terraform, 'cdk.tf.json'), 'utf8')
  t.match(stack, /203\.0\.113\.77\/32/)
  t.match(stack, /eu-west-1b/)
})

t.test('it ends with a table of the phases and their seconds, also where a phase failed', async (t) => {
  const well = worldOf(t)
  await raise(well.request, well.parts)
  const rows = well.err().trimEnd().split('\n')
  t.equal(rows.shift(), 'plan: Terraform compares the stack with what there is')
  t.match(rows.shift(), /^boot: gateway ready after \d+\.\d s$/)
  t.same(
    rows.map((row) => row.replace(/ +\d+\.\d$/, '')),
    ['phase     seconds', 'packages', 'aws', 'images', 'stack', 'plan', 'apply', 'agents', 'boot', 'sum'],
  )
  const slow = worldOf(t)
  const waitForHostKeys: RaiseParts['waitForHostKeys'] = async (_testbed, _describe, _target, say) => {
    for (const name of ['gateway', 'agents[1]']) say(name, keyAwaited)
    await sleep(1100)
    for (const name of ['gateway', 'agents[1]']) say(name, 'has shown its host key')
    return slow.raised
  }
  const describeTestbed: RaiseParts['describeTestbed'] = async (...asked) => {
    const testbed = await slow.parts.describeTestbed(...asked)
    return { ...testbed, hosts: testbed.hosts.map((host) => ({ ...host, bootingSince: new Date().toISOString() })) }
  }
  await raise(slow.request, { ...slow.parts, describeTestbed, waitForHostKeys })
  const told = slow.err().trimEnd().split('\n')
  t.match(
    told.filter((line) => line.startsWith('host keys: ')),
    [
      /^host keys: gateway boots, .* after \d+\.\d s$/,
      /agents\[1\] boots/,
      /gateway has shown its host key after 1\.\d s$/,
      /agents\[1\] has shown/,
    ],
  )
  const table = told.slice(told.indexOf('phase        seconds')).map((row) => row.replace(/ +\d+\.\d$/, ''))
  const at = table.indexOf('host keys')
  t.same(table.slice(at, at + 4), ['host keys', '  gateway', '  agents[1]', 'boot'], 'each machine is one row, however long it takes')
  const ill = worldOf(t, { boot: new TestbedError('it failed') })
  await raise(ill.request, ill.parts).catch(() => undefined)
  t.match(ill.err(), /\nboot \(failed\) +\d+\.\d\nsum /)
  const refused = worldOf(t)
  writeFileSync(join(refused.folder, 'packages/titus-agent_1_all.deb'), 'something else')
  await raise(refused.request, refused.parts).catch(() => undefined)
  t.equal(refused.err(), '', 'what was refused at once has no table')
})

t.test('where Terraform gives up on a machine, what that said last is told', async (t) => {
  const applied = new TestbedError('terraform apply failed', { hint: 'look' })
  const log = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n')
  const { request, parts } = worldOf(t, { applied, failed: { instanceId: 'i-7', log } })
  await t.rejects(raise(request, parts), { message: /^terraform apply failed\ni-7 said last:\n {2}line 6\n/, hint: 'look' })
  const without = worldOf(t, { applied })
  await t.rejects(raise(without.request, without.parts), { message: /^terraform apply failed$/ })
})

t.test('a lease is on record and in the stack, and stays that of the testbed until another is given', async (t) => {
  const { request, parts, workspace } = worldOf(t)
  const stack = () => readFileSync(join(workspace.terraform, 'cdk.tf.json'), 'utf8')
  await raise(request, parts)
  t.notMatch(stack(), 'titus-bed:lease')
  for (const [given, kept] of [
    ['2026-01-01T08:00:00Z', '2026-01-01T08:00:00Z'],
    [undefined, '2026-01-01T08:00:00Z'],
    ['2026-01-02T08:00:00Z', '2026-01-02T08:00:00Z'],
  ]) {
    await raise({ ...request, lease: given }, parts)
    t.match(stack(), `"titus-bed:lease": "${kept}"`)
    t.equal(readTargetRecord(workspace)?.lease, kept)
  }
})

t.test('without changes nobody is asked, and the outputs are read', async (t) => {
  const { asked, parts, request } = worldOf(t, { plan: planOf() })
  t.match(await raise(request, parts), { changes: { add: 0 } })
  t.same(asked, ['terraform in eu-west-1', 'plan', 'outputs', 'describe', 'wait for the boot'])
})

t.test('the stack that stands is kept apart from one that is only planned, or refused', async (t) => {
  const { parts, request, workspace } = worldOf(t)
  const planned = { ...request, cluster: { ...request.cluster, agents: { ...request.cluster.agents, instanceType: 'r4.large' } } }
  await withPlan(planned, 'plan', async ({ plan }) => plan(), parts)
  t.notOk(existsSync(workspace.raisedStack), 'nothing stands yet')
  await raise(request, parts)
  const raised = readRaisedStack(workspace)
  t.match(JSON.stringify(raised), '"m4.large"')
  await withPlan(planned, 'plan', async ({ plan }) => plan(), parts)
  await raise({ ...planned, confirm: async () => false }, parts)
  t.match(readFileSync(join(workspace.terraform, 'cdk.tf.json'), 'utf8'), '"r4.large"')
  t.same(readRaisedStack(workspace), raised)
  t.match(JSON.parse(readFileSync(join(workspace.folder, 'cluster.json'), 'utf8')), { agents: { instanceType: 'm4.large' } })
  t.equal(statSync(workspace.raisedStack).mode & 0o777, 0o600)
  forgetTestbed(workspace)
  t.notOk(existsSync(workspace.raisedStack))
})

t.test('no means that nothing is created, nor on record', async (t) => {
  const { asked, parts, request, workspace } = worldOf(t, { agreed: false })
  t.equal(await raise(request, parts), undefined)
  t.same(asked, ['terraform in eu-west-1', 'plan', 'confirm 1'])
  t.equal(readTargetRecord(workspace), undefined)
  t.equal(readTestbed(workspace), undefined)
})

t.test('no plan is left with its secrets: not by plan, not where the answer is no, not by a failure', async (t) => {
  const ways: readonly ((world: ReturnType<typeof worldOf>) => Promise<unknown>)[] = [
    async ({ request, parts }) => withPlan(request, 'plan', async ({ plan }) => plan(), parts),
    async ({ request, parts }) => raise({ ...request, confirm: async () => false }, parts),
    async ({ request, parts }) => raise({ ...request, confirm: () => Promise.reject(new TestbedError('nobody to ask')) }, parts),
  ]
  for (const way of ways) {
    const world = worldOf(t)
    makeWorkspace(world.request.cwd, 'blue')
    const file = join(world.workspace.terraform, planFile)
    writeFileSync(file, 'secret')
    await way(world).catch(() => undefined)
    t.notOk(existsSync(file))
  }
})

t.test('a boot that fails leaves the testbed on record, so that it can be looked into and removed', async (t) => {
  const { parts, request, raised, workspace } = worldOf(t, { boot: new TestbedError('the first boot of gateway failed') })
  await t.rejects(raise(request, parts), { message: 'the first boot of gateway failed' })
  t.same(readTestbed(workspace), raised)
  t.match(readTargetRecord(workspace), { target: 'aws' })
  lockWorkspace(workspace, 'test').release()
})

t.test('the workspace is locked while it is worked on, and free afterwards', async (t) => {
  const { parts, request, workspace } = worldOf(t)
  await withPlan(request, 'plan', async () => t.throws(() => lockWorkspace(workspace, 'other'), { name: 'TestbedError' }), parts)
  lockWorkspace(workspace, 'test').release()
})

t.test('a package that is not what it should be ends it before the target is opened', async (t) => {
  const { parts, request, asked } = worldOf(t)
  writeFileSync(join(request.cwd, 'packages/titus-agent_1_all.deb'), 'something else')
  t.same(await refusalOf(raise(request, parts)), ['package-checksum'])
  t.same(asked, [])
})

t.test('what is stopped is started before Terraform looks, and only when that is agreed to', async (t) => {
  for (const agreed of [true, false]) {
    const { asked, parts, request, raised, workspace } = worldOf(t, { agreed, plan: planOf() })
    makeWorkspace(request.cwd, 'blue')
    writeTestbed(workspace, raised)
    writeStoppedRecord(workspace, { at: '2026-01-01T00:00:00.000Z', agents: { min: 2, desired: 2, max: 2 } })
    const waking: RaiseParts = {
      ...parts,
      stoppedMachines: async () => ['bastion', 'gateway'],
      startMachines: async () => (asked.push('start'), ['bastion', 'gateway']),
      waitForServices: async (_testbed, names) => void asked.push(`services of ${names.join(', ')}`),
    }
    const came = await raise(request, waking)
    const after = ['start', 'plan', 'outputs', 'describe', 'wait for the boot', 'services of bastion, gateway']
    t.same(asked, ['terraform in eu-west-1', 'confirm without a plan', ...(agreed ? after : [])])
    t.equal(came === undefined, !agreed)
    t.equal(readStoppedRecord(workspace) === undefined, agreed, 'what stop remembers is needed until it is up')
  }
})

t.test('a no tells what it leaves: nothing, or the machines that were started before there was a plan', async (t) => {
  const untouched = worldOf(t, { agreed: false })
  t.equal(await raise(untouched.request, untouched.parts), undefined)
  t.match(untouched.err(), /^nothing was changed$/m)
  const { err, parts, request, raised, workspace } = worldOf(t)
  makeWorkspace(request.cwd, 'blue')
  writeTestbed(workspace, raised)
  const waking = { ...parts, stoppedMachines: async () => ['bastion'], startMachines: async () => ['bastion'] }
  const yesThenNo = { ...request, confirm: async (_target: Target, plan?: PlanSummary) => plan === undefined }
  t.equal(await raise(yesThenNo, waking), undefined)
  t.match(err(), 'started: bastion (titus-bed stop stops them); nothing else was changed\n')
})

t.test('it is up with as many agents as the file says', async (t) => {
  const { parts, request } = worldOf(t, { plan: planOf() })
  const wanted: number[] = []
  await raise(request, { ...parts, waitForAgents: async (describe, count) => (wanted.push(count), describe()) })
  t.same(wanted, [request.cluster.agents.capacity.desired])
})

t.test('a damaged file of the testbed keeps nobody from raising it', async (t) => {
  const { parts, request, raised, workspace } = worldOf(t)
  makeWorkspace(request.cwd, 'blue')
  writeFileSync(workspace.testbed, 'no JSON')
  await raise(request, parts)
  t.same(readTestbed(workspace), raised)
})
