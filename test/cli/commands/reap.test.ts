import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { reap } from '../../../cli/commands/reap.ts'
import type { ReapParts } from '../../../cli/commands/reap.ts'
import { recordFile, writeTargetRecord } from '../../../cli/target/target-record.ts'
import { TestbedError } from '../../../schemas/failure.ts'
import type { Lease } from '../../../stack/lease.ts'
import { stateFile } from '../../../stack/terraform/layout.ts'
import { workspaceAt } from '../../../stack/workspace.ts'
import { invocationIn, raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

const now = Date.parse('2026-01-02T00:00:00Z')
const [past, future] = ['2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z']

/** Testbeds here, each with a VPC of its name in its state, and the leases that AWS knows. */
function worldOf(t: Test, names: readonly string[], leases: readonly Lease[], options: Readonly<Record<string, unknown>> = {}) {
  const folder = tempFolder(t)
  for (const name of names) {
    const workspace = raisedWorkspace(folder, testbedOn('aws', name))
    writeTargetRecord(workspace, { target: 'aws', region: 'eu-west-1', account: '123456789012' })
    const resources = [{ mode: 'managed', type: 'aws_vpc', instances: [{ attributes: { id: `vpc-${name}` } }] }]
    writeFileSync(join(workspace.terraform, stateFile), JSON.stringify({ version: 4, resources }))
  }
  const removed: string[] = []
  const asked: string[] = []
  const parts: ReapParts = {
    describeAccount: async () => (asked.push('who'), { id: '123456789012', identity: 'arn:aws:iam::123456789012:user/me' }),
    listLeases: async (_, region) => (asked.push(region), leases),
    loadRemove: async () => ({
      remove: async ({ workspace, confirm }) => {
        if (workspace.name === 'broken') throw new TestbedError('terraform destroy failed', { hint: 'log in to AWS first' })
        t.equal(await confirm({ access: {}, account: '', identity: '' }), true)
        removed.push(workspace.name)
        return true
      },
    }),
  }
  return { folder, parts, removed, asked, ...invocationIn(folder, { options }) }
}

function lease(testbed: string, until: string, vpcId = `vpc-${testbed}`): Lease {
  return { testbed, vpcId, until }
}

const leases = [
  lease('blue', past),
  lease('green', future),
  lease('red', past),
  lease('white', past, 'vpc-of-another'),
  lease('broken', past),
  lease('black', 'whenever'),
]
const here = ['blue', 'green', 'white', 'broken', 'black']

t.test('reap: without --yes it says what has outlived its lease, and changes nothing', async (t) => {
  const { invocation, parts, removed, asked, out, err } = worldOf(t, here, leases)
  t.equal(await reap(invocation, parts, now), 0)
  t.same(removed, [])
  t.same(asked, ['who', 'eu-west-1'], 'each region once')
  const lines = out().trimEnd().split('\n')
  t.equal(lines[0], 'account 123456789012, region eu-west-1: 6 testbeds with a lease')
  t.equal(lines[1], `  blue (vpc-blue): ended at ${past}`)
  t.equal(lines[2], `  green (vpc-green): until ${future}`)
  t.match(lines[3], /red \(vpc-red\): ended at .*, and its state is not here\. .*titus-bed:testbed=red$/)
  t.match(lines[4], /white \(vpc-of-another\): .*its state is not here/, 'another testbed of a name that is known here')
  t.match(lines[6], 'black (vpc-black): its lease is no time: "whenever"')
  t.match(err(), 'nothing was changed: add --yes')
})

t.test('reap: with --yes it destroys those whose state is here, and one that cannot be keeps no other', async (t) => {
  const { folder, invocation, parts, removed, out, err } = worldOf(t, here, [lease('broken', past), ...leases], { yes: true })
  t.equal(await reap(invocation, parts, now), 3)
  t.same(removed, ['blue'], 'not what goes on, is elsewhere, is of another or says nothing')
  t.match(out(), 'testbed blue is gone')
  t.match(err(), 'testbed broken could not be destroyed: terraform destroy failed: log in to AWS first')
  for (const name of here) t.ok(existsSync(recordFile(workspaceAt(folder, name))), `${name}: nothing is forgotten but by destroy itself`)
})

t.test('reap: where no testbed is known, a region has to be named', async (t) => {
  t.same(await refusalOf(reap(worldOf(t, [], []).invocation, worldOf(t, [], []).parts, now)), ['bad-usage'])
  const named = worldOf(t, [], [lease('red', past)], { region: 'us-east-1' })
  t.equal(await reap(named.invocation, named.parts, now), 0)
  t.same(named.asked, ['who', 'us-east-1'])
  t.match(named.out(), 'red (vpc-red): ended')
})

t.test('reap: a testbed of another account, or in the lab, is not ours to destroy there', async (t) => {
  const world = worldOf(t, ['blue', 'green'], [lease('blue', past), lease('green', past)], { yes: true, region: 'eu-west-1' })
  writeTargetRecord(workspaceAt(world.folder, 'blue'), { target: 'aws', region: 'eu-west-1', account: '999999999999' })
  writeTargetRecord(workspaceAt(world.folder, 'green'), { target: 'lab', region: 'eu-west-1' })
  t.equal(await reap(world.invocation, world.parts, now), 0)
  t.same(world.removed, [])
})

t.test('reap: who is logged in is asked once, however many regions are looked through', async (t) => {
  const world = worldOf(t, ['blue', 'green'], [])
  writeTargetRecord(workspaceAt(world.folder, 'green'), { target: 'aws', region: 'us-east-1', account: '123456789012' })
  t.equal(await reap(world.invocation, world.parts, now), 0)
  t.same(world.asked, ['who', 'eu-west-1', 'us-east-1'])
})
