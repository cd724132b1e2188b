import { DescribeNetworkInterfacesCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { Tag } from '@aws-sdk/client-ec2'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { clientSettings } from '../../stack/aws-clients.ts'

/** The names of the volumes and of the network interfaces that carry the tag of a testbed, sorted. */
export async function namesOfOwn(
  access: AwsAccess,
  testbed: string,
): Promise<Readonly<Record<'volumes' | 'interfaces', readonly string[]>>> {
  const ec2 = new EC2Client(clientSettings(access, 'eu-west-1'))
  const Filters = [{ Name: 'tag:titus-bed:testbed', Values: [testbed] }]
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }))
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))
  return { volumes: names(Volumes.map(({ Tags }) => Tags)), interfaces: names(NetworkInterfaces.map(({ TagSet }) => TagSet)) }
}

function names(tagged: readonly (readonly Tag[] | undefined)[]): readonly string[] {
  return tagged.map((tags) => tags?.find(({ Key }) => Key === 'Name')?.Value ?? 'without a name').toSorted()
}
