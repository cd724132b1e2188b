import t from 'tap'
import { listLeases, writeLease } from '../../stack/lease.ts'
import { synthesize } from '../../stack/synth.ts'
import { tempFolder } from '../cli/fake-testbed.ts'
import { startLoopbackAws } from '../cli/loopback-aws.ts'
import { seedCluster, seedInputs } from './fixtures.ts'

function vpc(id: string, tags: Readonly<Record<string, string>>): string {
  const items = Object.entries(tags).map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`)
  return `<item><vpcId>${id}</vpcId><tagSet>${items.join('')}</tagSet></item>`
}

t.test('the VPC of a testbed carries its lease, and nothing else does', async (t) => {
  const tagged = JSON.stringify(synthesize(seedCluster, { ...seedInputs, lease: '2026-01-01T08:00:00Z' }))
  t.equal(tagged.split('titus-bed:lease').length, 2)
  t.match(JSON.parse(tagged), { resource: { aws_vpc: { titus: { tags: { 'titus-bed:lease': '2026-01-01T08:00:00Z' } } } } })
  t.notMatch(JSON.stringify(synthesize(seedCluster, seedInputs)), 'titus-bed:lease', 'one without a lease is as it was')
})

t.test('leases are read from VPCs that carry both tags, and written as a tag', async (t) => {
  const items = [
    vpc('vpc-1', { 'titus-bed:testbed': 'blue', 'titus-bed:lease': '2026-01-01T08:00:00Z' }),
    vpc('vpc-2', { 'titus-bed:lease': '2026-01-01T08:00:00Z' }),
    vpc('vpc-3', { 'titus-bed:testbed': 'green' }),
  ]
  const { access, asked } = await startLoopbackAws(t, tempFolder(t), {
    DescribeVpcs: `<DescribeVpcsResponse><vpcSet>${items.join('')}</vpcSet></DescribeVpcsResponse>`,
    CreateTags: '<CreateTagsResponse><return>true</return></CreateTagsResponse>',
  })
  t.same(await listLeases(access, 'eu-west-1'), [{ testbed: 'blue', vpcId: 'vpc-1', until: '2026-01-01T08:00:00Z' }])
  await writeLease(access, 'eu-west-1', 'vpc-1', '2026-01-02T08:00:00Z')
  t.same(asked, ['DescribeVpcs', 'CreateTags'])
  const refusing = await startLoopbackAws(t, tempFolder(t), { DescribeVpcs: { refused: 'UnauthorizedOperation' } })
  await t.rejects(listLeases(refusing.access, 'eu-west-1'), { name: 'TestbedError', message: /UnauthorizedOperation/ })
})
