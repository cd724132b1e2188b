import type { EC2Client } from '@aws-sdk/client-ec2'
import type { Architecture, Cluster } from '../../schemas/cluster.ts'
import { architecturesOf } from '../../schemas/images.ts'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { askEc2 } from '../aws-clients.ts'
import { imageQuery } from '../image-query.ts'

/** For each architecture that a cluster's machines have, the architectures of the images that EC2 finds for it, in its words: none where
 *  there is no image. */
export type FoundImages = ReadonlyMap<Architecture, readonly string[]>

/** Asks EC2 for the images that the machines would boot, as Terraform is going to.
 *  @throws TestbedError when EC2 does not answer, or refuses */
export async function askImages(access: AwsAccess, cluster: Cluster, signal?: AbortSignal): Promise<FoundImages> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ec2')
  const find = async (ec2: EC2Client, options: object, architecture: Architecture) => {
    const { owner, filters } = imageQuery(cluster, architecture)
    const Filters = filters.map(({ name: Name, values: Values }) => ({ Name, Values }))
    const question = new DescribeImagesCommand({ Filters, ...(owner === undefined ? {} : { Owners: [owner] }) })
    const { Images = [] } = await ec2.send(question, options)
    return [architecture, [...new Set(Images.map((image) => image.Architecture ?? ''))]] as const
  }
  const all = async (ec2: EC2Client, options: object) =>
    Promise.all(architecturesOf(cluster).map(async (architecture) => find(ec2, options, architecture)))
  return new Map(await askEc2(access, cluster.region, all, signal))
}
