import t from 'tap'
import { extendLease, hasEnded, leaseOf } from '../../../cli/testbed/lease.ts'
import { readTargetRecord, writeTargetRecord } from '../../../cli/target/target-record.ts'
import { InputError, TestbedError } from '../../../schemas/failure.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'

const now = Date.parse('2026-01-01T00:00:00.700Z')

t.test('a lease of the command line ends so long after now', async (t) => {
  const given = (lease?: string) => leaseOf(invocationIn('/', lease === undefined ? {} : { options: { lease } }).invocation, now)
  t.equal(given(), undefined)
  t.equal(given('8h'), '2026-01-01T08:00:00Z')
  for (const wrong of ['8', '0h', 'tomorrow', '-1h', '']) t.throws(() => given(wrong), InputError, wrong)
})

t.test('one that has passed has ended; what nobody understands has not', async (t) => {
  t.equal(hasEnded('2025-12-31T23:59:59Z', now), true)
  t.equal(hasEnded('2026-01-01T00:00:01Z', now), false)
  t.equal(hasEnded('2026-01-01T01:00:00+02:00', now), true)
  t.equal(hasEnded('soon', now), false)
})

t.test('what a run kept has eight hours at least, where the testbed has a lease at all', async (t) => {
  const testbed = { ...testbedOn('aws'), outputs: { vpc_id: 'vpc-1' } }
  const workspace = raisedWorkspace(tempFolder(t), testbed)
  const { terminal, err } = invocationIn('/')
  const written: unknown[] = []
  const write = async (...[, region, vpcId, until]: Parameters<NonNullable<Parameters<typeof extendLease>[4]>>) =>
    void written.push([region, vpcId, until])
  await extendLease(workspace, testbed, terminal, now, write)
  const record = { target: 'aws', region: 'eu-west-1' } as const
  for (const lease of [undefined, '2026-01-01T09:00:00Z']) {
    writeTargetRecord(workspace, { ...record, ...(lease === undefined ? {} : { lease }) })
    await extendLease(workspace, testbed, terminal, now, write)
  }
  t.same(written, [], 'without a record, without a lease, with one that lasts')
  writeTargetRecord(workspace, { ...record, lease: '2026-01-01T01:00:00Z' })
  await extendLease(workspace, testbed, terminal, now, write)
  t.same(written, [['eu-west-1', 'vpc-1', '2026-01-01T08:00:00Z']])
  t.equal(readTargetRecord(workspace)?.lease, '2026-01-01T08:00:00Z', 'the next apply has it, too')
  t.match(err(), 'lasts until 2026-01-01T08:00:00Z now')
  writeTargetRecord(workspace, { ...record, lease: '2026-01-01T01:00:00Z' })
  await extendLease(workspace, testbed, terminal, now, () => Promise.reject(new TestbedError('AWS does not answer')))
  t.match(err(), 'could not be extended: AWS does not answer')
  t.equal(readTargetRecord(workspace)?.lease, '2026-01-01T01:00:00Z')
})
