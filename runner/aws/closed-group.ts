import type { EC2Client } from '@aws-sdk/client-ec2'
import { groupsTag } from '../../schemas/tags.ts'
import { explainRefusal, makeClient } from './ask-aws.ts'
import type { AwsPlace } from './ask-aws.ts'

/** Where and as whom EC2 is asked. */
type Place = Pick<AwsPlace, 'api' | 'region' | 'signal'>

/**
 * Gives all interfaces of an instance one security group that lets nothing in but SSH from the addresses given, and nothing out. Instances that
 * are isolated already stay so. A security group judges new connections: what is open goes on.
 * @param sshFrom  private addresses
 * @throws StepError `aws`, `connection`
 */
export async function closeInstance(instanceId: string, sshFrom: readonly string[], place: Place): Promise<void> {
  await withEc2('ModifyNetworkInterfaceAttribute', place, async (client, ec2, options) => {
    const interfaces = (await interfacesOf(client, ec2, instanceId, options)).filter(({ groupsBefore }) => groupsBefore === undefined)
    const [first] = interfaces
    if (first === undefined) return
    const GroupName = nameOf(instanceId)
    const Description = 'titus-bed: an instance that is isolated for a while'
    const { GroupId = '' } = await client.send(new ec2.CreateSecurityGroupCommand({ VpcId: first.vpcId, GroupName, Description }), options)
    // A new group lets everything out.
    await client.send(
      new ec2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] }),
      options,
    )
    const IpRanges = sshFrom.map((address) => ({ CidrIp: `${address}/32` }))
    if (IpRanges.length > 0) {
      const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges }]
      await client.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }), options)
    }
    for (const { id, groups } of interfaces) {
      // The tag comes first: what is closed can always be opened again.
      const Tags = [{ Key: groupsTag, Value: groups.join(' ') }]
      await client.send(new ec2.CreateTagsCommand({ Resources: [id], Tags }), options)
      await client.send(new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups: [GroupId] }), options)
    }
  })
}

/** Gives the interfaces of an instance the groups that they had, and removes the closed one; harmless when it is not isolated. @throws StepError `aws`, `connection` */
export async function openInstance(instanceId: string, place: Place): Promise<void> {
  await withEc2('ModifyNetworkInterfaceAttribute', place, async (client, ec2, options) => {
    for (const { id, groupsBefore } of await interfacesOf(client, ec2, instanceId, options)) {
      if (groupsBefore === undefined) continue
      await client.send(new ec2.ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups: [...groupsBefore] }), options)
      await client.send(new ec2.DeleteTagsCommand({ Resources: [id], Tags: [{ Key: groupsTag }] }), options)
    }
    const Filters = [{ Name: 'group-name', Values: [nameOf(instanceId)] }]
    const { SecurityGroups = [] } = await client.send(new ec2.DescribeSecurityGroupsCommand({ Filters }), options)
    for (const { GroupId } of SecurityGroups) await client.send(new ec2.DeleteSecurityGroupCommand({ GroupId }), options)
  })
}

interface Interface {
  readonly id: string
  readonly vpcId: string
  readonly groups: readonly string[]
  /** Of one that is closed. */
  readonly groupsBefore?: readonly string[]
}

type Ec2 = typeof import('@aws-sdk/client-ec2')

async function interfacesOf(client: EC2Client, ec2: Ec2, instanceId: string, options: Options): Promise<readonly Interface[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }]
  const { NetworkInterfaces = [] } = await client.send(new ec2.DescribeNetworkInterfacesCommand({ Filters }), options)
  return NetworkInterfaces.map(({ NetworkInterfaceId: id = '', VpcId: vpcId = '', Groups = [], TagSet = [] }) => {
    const before = TagSet.find(({ Key }) => Key === groupsTag)?.Value
    const groups = Groups.flatMap(({ GroupId }) => GroupId ?? [])
    return { id, vpcId, groups, ...(before === undefined ? {} : { groupsBefore: before.split(' ') }) }
  })
}

interface Options {
  readonly abortSignal: AbortSignal
}

async function withEc2(call: string, place: Place, act: (client: EC2Client, ec2: Ec2, options: Options) => Promise<void>): Promise<void> {
  const ec2 = await import('@aws-sdk/client-ec2')
  const client = makeClient(ec2, 'EC2Client', place) as unknown as EC2Client
  try {
    await act(client, ec2, { abortSignal: place.signal })
  } catch (error) {
    throw explainRefusal(error, 'ec2', call, place)
  } finally {
    client.destroy()
  }
}

function nameOf(instanceId: string): string {
  return `titus-bed-isolated-${instanceId}`
}
