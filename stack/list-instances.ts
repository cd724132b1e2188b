import type { EC2Client, Instance } from '@aws-sdk/client-ec2'
import type { AwsAccess } from '../schemas/testbed.ts'
import { askEc2 } from './aws-clients.ts'

/** The instances of a region for which all filters hold, in the words of EC2, to the last page.
 *  @throws TestbedError when EC2 does not answer, or refuses */
export async function listInstances(
  access: AwsAccess,
  region: string,
  filters: Readonly<Record<string, readonly string[]>>,
  signal?: AbortSignal,
): Promise<readonly Instance[]> {
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2')
  const Filters = Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }))
  const listAll = async (client: EC2Client, options: object) => {
    const found: Instance[] = []
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, { Filters }, options))
      found.push(...Reservations.flatMap(({ Instances = [] }) => Instances))
    return found
  }
  return askEc2(access, region, listAll, signal)
}
