import type { EC2Client } from '@aws-sdk/client-ec2'
import type { AwsAccess } from '../schemas/testbed.ts'
import { askEc2 } from './aws-clients.ts'
import { leaseTag, testbedTag } from '../schemas/tags.ts'

/** A testbed with a lease, as its VPC carries it: that it is there is known to whoever may look at the account. */
export interface Lease {
  readonly testbed: string
  readonly vpcId: string
  /** When it ends: RFC 3339. */
  readonly until: string
}

/** The leases of a region: of every VPC that carries the tags of titus-bed.
 *  @throws TestbedError when EC2 does not answer, or refuses */
export async function listLeases(access: AwsAccess, region: string, signal?: AbortSignal): Promise<readonly Lease[]> {
  const { paginateDescribeVpcs } = await import('@aws-sdk/client-ec2')
  const Filters = [{ Name: 'tag-key', Values: [leaseTag] }]
  const listAll = async (client: EC2Client, options: object) => {
    const leases: Lease[] = []
    for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, { Filters }, options))
      for (const { VpcId: vpcId, Tags = [] } of Vpcs) {
        const [testbed, until] = [testbedTag, leaseTag].map((key) => Tags.find(({ Key }) => Key === key)?.Value)
        if (vpcId !== undefined && testbed !== undefined && until !== undefined) leases.push({ testbed, vpcId, until })
      }
    return leases
  }
  return askEc2(access, region, listAll, signal)
}

/** Writes another end of a lease on a VPC. @throws TestbedError when EC2 does not answer, or refuses */
export async function writeLease(access: AwsAccess, region: string, vpcId: string, until: string, signal?: AbortSignal): Promise<void> {
  const { CreateTagsCommand } = await import('@aws-sdk/client-ec2')
  const command = new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: leaseTag, Value: until }] })
  await askEc2(access, region, async (client, options) => client.send(command, options), signal)
}
