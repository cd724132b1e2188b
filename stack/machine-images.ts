import type { Cluster } from '../schemas/cluster.ts'
import { architectureOf, architecturesOf, machineImage } from '../schemas/images.ts'
import { partitionOf } from '../schemas/partitions.ts'
import { DataAwsAmi } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'

/** The image of an instance type: of the type's architecture. */
export type MachineImages = (instanceType: string) => DataAwsAmi

/** Asks EC2 for the image of each architecture that the cluster's machines have. */
export function findImages(stack: TerraformStack, cluster: Cluster): MachineImages {
  const { find } = machineImage(cluster.image)
  const ask = (architecture: ReturnType<typeof architectureOf>): DataAwsAmi => {
    const wanted = find(architecture, partitionOf(cluster.region))
    const id = `image_${architecture}`
    if ('id' in wanted) return new DataAwsAmi(stack, id, { filter: [{ name: 'image-id', values: [wanted.id] }] })
    const filter = [
      { name: 'name', values: [wanted.name] },
      { name: 'architecture', values: [architecture] },
    ]
    return new DataAwsAmi(stack, id, { mostRecent: true, owners: [wanted.owner], filter })
  }
  const images = new Map(architecturesOf(cluster).map((architecture) => [architecture, ask(architecture)]))
  return (instanceType) => images.get(architectureOf(instanceType)) as DataAwsAmi
}
