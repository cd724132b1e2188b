import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { typedHere } from '../../../cli/product/typed-as.ts'
import type { Test } from 'tap'
import { apply } from '../../../cli/commands/apply.ts'
import { plan } from '../../../cli/commands/plan.ts'
import type { RaiseParts, RaiseRequest, Raised } from '../../../cli/testbed/raise.ts'
import { priceLine, priceOf } from '../../../stack/price/testbed-price.ts'
import { lockWorkspace, readTestbed, workspaceAt } from '../../../stack/workspace.ts'
import type { Target } from '../../../cli/target/target.ts'
import { readTargetRecord } from '../../../cli/target/target-record.ts'
import { openTerraform } from '../../../stack/terraform.ts'
import type { PlanSummary } from '../../../stack/terraform.ts'
import { fakeTerraformProgram, sayLine } from '../../stack/fake-terraform.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { plannedResource, updated } from '../../stack/terraform/plan-json.ts'
import {
  askedPlan,
  fakeTarget,
  fakeTerraform,
  invocationIn,
  planOf,
  refusalOf,
  steadyParts,
  tempFolder,
  testbedOn,
} from '../fake-testbed.ts'

const cluster = 'name: blue\nmatrix:\n  agents.instanceType: [m4.large, m5.large]\n'

/** A folder with a cluster file, and a raising that only keeps what it was asked for. */
function worldOf(t: Test, options: Readonly<Record<string, unknown>> = {}, text = cluster) {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), text)
  const { invocation, out, err } = invocationIn(folder, { options })
  const asked: RaiseRequest[] = []
  const raising = (raised: Raised | undefined) => async () => ({
    raise: async (request: RaiseRequest) => (asked.push(request), raised),
  })
  return { folder, invocation, out, err, asked, raising }
}

function raisedBy(changes: Partial<PlanSummary>): Raised {
  return { testbed: testbedOn('lab'), changes: { ...planOf(), ...changes } }
}

t.test('apply: what changed, how many machines are ready, and the next command', async (t) => {
  const { invocation, out, err, asked, raising } = worldOf(t)
  t.equal(await apply(invocation, raising(raisedBy({ add: 38, change: 2, destroy: 1 }))), 0)
  t.match(out(), /^testbed blue is up: 38 created, 2 changed, 1 destroyed, 4 machines ready after \d+\.\d s\n$/)
  t.match(err(), `next: ${typedHere(invocation.cwd)} run scenarios/*.yaml\n`, 'as it is typed here')
  t.match(asked, [{ cwd: invocation.cwd, cluster: { name: 'blue', target: 'lab' } }])
  t.equal(asked[0]?.signal, invocation.signal, 'Ctrl-C reaches what is raised')
  t.equal(asked[0]?.abandon, invocation.abandon)
})

t.test('apply: a second time says that nothing changed', async (t) => {
  const { invocation, out, raising } = worldOf(t)
  t.equal(await apply(invocation, raising(raisedBy({}))), 0)
  t.match(out(), 'testbed blue is up: no changes, 4 machines ready')
})

t.test('apply: a change alone counts as a change', async (t) => {
  for (const changes of [{ add: 1 }, { change: 1 }, { destroy: 1 }]) {
    const { invocation, out, raising } = worldOf(t)
    await apply(invocation, raising(raisedBy(changes)))
    t.notMatch(out(), 'no changes', JSON.stringify(changes))
  }
})

t.test('apply: who says no gets an exit code that is no success', async (t) => {
  const { invocation, out, err, raising } = worldOf(t)
  t.equal(await apply(invocation, raising(undefined)), 2)
  t.equal(out() + err(), '', 'what that leaves is told by who raises')
})

t.test('apply: the cell and the target of the command line win over the file', async (t) => {
  const { invocation, asked, raising } = worldOf(t, { cell: 'm5.large', target: 'aws' })
  await apply(invocation, raising(raisedBy({})))
  t.match(asked[0]?.cluster, { target: 'aws', agents: { instanceType: 'm5.large' } })
})

t.test('apply: a mistake in the file or the line ends it before anything heavy is loaded', async (t) => {
  const loaded: string[] = []
  const never = async () => {
    loaded.push('raise')
    throw new Error('loaded')
  }
  for (const [options, text, code] of [
    [{}, 'nam: blue\n', 'unknown-key'],
    [{ cell: 'm6.large' }, cluster, 'unknown-cell'],
    [{ target: 'azure' }, cluster, 'unknown-target'],
    [{}, 'name: blue\nagents: { capacity: { min: 3, desired: 1, max: 1 } }\n', 'capacity'],
  ] as const) {
    const { invocation } = worldOf(t, options, text)
    t.match((await refusalOf(apply(invocation, never)))[0], code)
  }
  t.same(loaded, [])
})

t.test('apply: on AWS without --yes and without a person it refuses, with --yes it shows what it spends and goes on', async (t) => {
  const aws = { access: {}, account: '123456789012', identity: 'arn:aws:iam::123456789012:user/me' } as Target
  for (const [options, refusal] of [
    [{ target: 'aws' }, ['not-confirmed']],
    [{ target: 'aws', yes: true }, []],
  ] as const) {
    const { invocation, err, asked, raising } = worldOf(t, options)
    await apply(invocation, raising(raisedBy({})))
    t.same(await refusalOf(Promise.resolve(asked[0]?.confirm(aws, askedPlan(planOf('aws_vpc.titus'))))), refusal)
    t.match(
      err(),
      /account 123456789012, region eu-west-1, as arn:aws:iam::123456789012:user\/me\n\+ create\n\+ aws_vpc\.titus\n1 to create/,
    )
  }
})

/** What planning on AWS acts through, when nothing is there. */
function partsOf(asked: string[], changes: PlanSummary): RaiseParts {
  return {
    ...steadyParts,
    openTarget: async () => fakeTarget,
    standInImages: async () => [],
    openTerraform: async () => fakeTerraform(asked, { plan: changes }),
    describeTestbed: async () => (asked.push('describe'), testbedOn('aws')),
    waitForBoot: async () => void asked.push('boot'),
  }
}

/** The cluster file of `worldOf` with packages of the user's own, which lie in a folder. */
function withPackages(folder: string, content = (name: string) => name): string {
  const sums = ['titus-server-master', 'titus-server-gateway', 'titus-agent', 'mesos-master', 'zookeeper'].map((name) => {
    writeFileSync(join(folder, `${name}_1_all.deb`), content(name))
    return [`${name}_1_all.deb`, createHash('sha256').update(name).digest('hex')]
  })
  return `${cluster}titus: { packages: ${JSON.stringify({ from: folder, sha256: Object.fromEntries(sums) })} }\n`
}

/** What an hour of the planned testbed costs. */
const price = priceLine('eu-west-1', priceOf(seedCluster))

t.test('plan: the signs, each change and the sum, then the price; nothing is applied, recorded or left locked', async (t) => {
  const { folder, invocation, out } = worldOf(t, { target: 'aws' })
  writeFileSync(join(folder, 'cluster.yaml'), withPackages(folder))
  const asked: string[] = []
  const items = [
    { address: 'aws_instance.master', action: 'replace' },
    { address: 'aws_vpc.titus', action: 'update' },
  ] as const
  t.equal(await plan(invocation, partsOf(asked, { add: 1, change: 1, destroy: 1, items })), 0)
  t.equal(
    out(),
    `~ change, -/+ replace\n-/+ aws_instance.master\n~ aws_vpc.titus\n1 to create, 1 to change, 1 to destroy\nprice: ${price}\n`,
  )
  t.same(asked, ['plan'])
  const workspace = workspaceAt(folder, 'blue')
  t.equal(readTestbed(workspace), undefined)
  t.equal(readTargetRecord(workspace), undefined)
  lockWorkspace(workspace, 'test').release()
})

t.test('plan: what Terraform itself says of a plan is told to the attribute, and no plan is left', async (t) => {
  const { folder, invocation, out, err } = worldOf(t, { target: 'aws' })
  writeFileSync(join(folder, 'cluster.yaml'), withPackages(folder))
  const hostKey = Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----').toString('base64')
  const resources = [
    plannedResource('aws_autoscaling_group.titusagent', { actions: ['delete', 'create'], before: { desired_capacity: 2 } }),
    plannedResource('aws_instance.master', updated({ instance_type: 'm4.large' }, { instance_type: 'm5.large' })),
    plannedResource('aws_launch_template.titusagent_template', updated({ user_data: '' }, { user_data: hostKey })),
  ]
  const items = resources.map(({ address }) => ({ type: 'planned_change', change: { resource: { addr: address }, action: 'update' } }))
  const summary = { type: 'change_summary', changes: { add: 1, change: 2, remove: 1, operation: 'plan' } }
  const bin = fakeTerraformProgram(folder, {
    plan: ['touch titus-bed.tfplan', ...[...items, summary].map(sayLine), 'exit 2'].join('\n'),
    show: sayLine({ format_version: '1.2', resource_changes: resources }),
  })
  const { terraform } = workspaceAt(folder, 'blue')
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder }
  const openIt = async () => openTerraform({ folder: terraform, region: 'eu-west-1', access: {}, env })
  t.equal(await plan(invocation, { ...partsOf([], planOf()), openTerraform: openIt }), 0)
  t.same(out().split('\n'), [
    '~ change, -/+ replace',
    '~ aws_instance.master',
    '    instance_type: "m4.large" → "m5.large"',
    '    dies with it: what runs on machine master: it is stopped, and started again',
    '~ aws_launch_template.titusagent_template',
    '    user_data: (hidden) → (hidden)',
    '-/+ aws_autoscaling_group.titusagent',
    '    desired_capacity: 2 → nothing',
    '    dies with it: all 2 agents and their tasks',
    '1 to create, 2 to change, 1 to destroy',
    `price: ${price}`,
    '',
  ])
  t.notMatch(out() + err() + readFileSync(join(terraform, 'output.log'), 'utf8'), hostKey)
  t.notOk(existsSync(join(terraform, 'titus-bed.tfplan')))
})

t.test('plan: nothing to do is said in words', async (t) => {
  const { folder, invocation, out } = worldOf(t, { target: 'aws' })
  writeFileSync(join(folder, 'cluster.yaml'), withPackages(folder))
  await plan(invocation, partsOf([], planOf()))
  t.equal(out(), `no changes\nprice: ${price}\n`)
})

t.test('plan: every package that is not what it should be is told, and Terraform is not started', async (t) => {
  const { folder, invocation } = worldOf(t, { target: 'aws' })
  writeFileSync(
    join(folder, 'cluster.yaml'),
    withPackages(folder, (name) => (name === 'zookeeper' ? name : `${name}, changed`)),
  )
  const asked: string[] = []
  t.same(
    await refusalOf(plan(invocation, partsOf(asked, planOf()))),
    Array.from({ length: 4 }, () => 'package-checksum'),
  )
  t.same(asked, [])
})
