import { DescribeNetworkInterfacesCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import t from 'tap'
import { closeInstance, openInstance } from '../../../runner/aws/closed-group.ts'
import { admin } from '../../lab/api/lab-api.ts'
import { app, attach, cloud, createInterface, lab, launch, main, must } from '../../lab/api/ec2-region.ts'
import { never } from '../local-run.ts'

/** The groups of the interfaces of an instance, in the order of their devices. */
async function groupsOf(instanceId: string): Promise<readonly (readonly string[])[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }]
  const { NetworkInterfaces = [] } = await cloud.send(new DescribeNetworkInterfacesCommand({ Filters }))
  return NetworkInterfaces.toSorted((a, b) => (a.Attachment?.DeviceIndex ?? 0) - (b.Attachment?.DeviceIndex ?? 0)).map(({ Groups = [] }) =>
    Groups.map(({ GroupId }) => must(GroupId)),
  )
}

t.test('an instance is closed but for SSH from where it is told, and opened as it was, without memory of it', async (t) => {
  const credentials = `[default]\naws_access_key_id = ${admin.accessKeyId}\naws_secret_access_key = ${admin.secretAccessKey}\n`
  const credentialsFile = `${t.testdir({ credentials })}/credentials`
  const place = { api: { endpoint: lab.endpoint, credentialsFile }, region: 'eu-west-1', signal: never }
  const id = await launch()
  await attach(await createInterface(), id, 1)
  t.same(await groupsOf(id), [[main], [app]])

  await closeInstance(id, ['30.0.1.10'], place)
  const [[closed = ''] = [], second] = await groupsOf(id)
  t.same(second, [closed])
  const { SecurityGroups = [] } = await cloud.send(new DescribeSecurityGroupsCommand({ GroupIds: [closed] }))
  t.match(SecurityGroups, [
    { IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '30.0.1.10/32' }] }], IpPermissionsEgress: [] },
  ])
  t.equal(SecurityGroups[0]?.IpPermissions?.length, 1)
  await closeInstance(id, ['30.0.1.10'], place)
  t.same(await groupsOf(id), [[closed], [closed]], 'once more changes nothing')

  await openInstance(id, place)
  t.same(await groupsOf(id), [[main], [app]])
  await t.rejects(cloud.send(new DescribeSecurityGroupsCommand({ GroupIds: [closed] })), /does not exist/, 'the closed group is gone')
  await openInstance(id, place)
  t.same(await groupsOf(id), [[main], [app]], 'what is open stays so')
})
