import type { Architecture, Cluster } from '../schemas/cluster.ts'
import { machineImage } from '../schemas/images.ts'
import { partitionOf } from '../schemas/partitions.ts'

/** How EC2 is asked for an image, in its words; the newest of those that it finds is the one. */
export interface ImageQuery {
  /** The account that it belongs to; anybody's unless given. */
  readonly owner?: string
  readonly filters: readonly { readonly name: string; readonly values: string[] }[]
}

/** How EC2 finds the image that a cluster's machines of an architecture boot. */
export function imageQuery({ image, region }: Pick<Cluster, 'image' | 'region'>, architecture: Architecture): ImageQuery {
  const wanted = machineImage(image).find(architecture, partitionOf(region))
  if ('id' in wanted) return { filters: [{ name: 'image-id', values: [wanted.id] }] }
  const filters = [
    { name: 'name', values: [wanted.name] },
    { name: 'architecture', values: [architecture] },
  ]
  return { owner: wanted.owner, filters }
}
