import type { Cluster } from '../schemas/cluster.ts'
import { architectureOf, architecturesOf } from '../schemas/images.ts'
import { DataAwsAmi } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import { imageQuery } from './image-query.ts'

/** The image of an instance type: of the type's architecture. */
export type MachineImages = (instanceType: string) => DataAwsAmi

/** Asks EC2 for the image of each architecture that the cluster's machines have. */
export function findImages(stack: TerraformStack, cluster: Cluster): MachineImages {
  const ask = (architecture: ReturnType<typeof architectureOf>): DataAwsAmi => {
    const { owner, filters } = imageQuery(cluster, architecture)
    const newest = owner === undefined ? {} : { mostRecent: true, owners: [owner] }
    return new DataAwsAmi(stack, `image_${architecture}`, { ...newest, filter: [...filters] })
  }
  const images = new Map(architecturesOf(cluster).map((architecture) => [architecture, ask(architecture)]))
  return (instanceType) => images.get(architectureOf(instanceType)) as DataAwsAmi
}
