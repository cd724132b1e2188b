/** A part of AWS that stands for itself, with accounts, names and hosts of its own. */
export interface Partition {
  /** The second part of every ARN in it. */
  readonly name: string
  /** What the names of its hosts end with. */
  readonly domain: string
  /** The accounts there that images of distributions belong to. */
  readonly imageOwners: Readonly<Record<ImagePublisher, string>>
}

/** Who publishes the images that have a name in cluster.yaml. */
export type ImagePublisher = 'debian' | 'canonical'

/** The month of the table of regions: that of botocore 1.43.11, whose endpoints it repeats. */
export const regionsAsOf = '2026-05'

/** The one partition that testbeds can stand in.
 *  @see https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm, https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images */
const commercial: Partition = {
  name: 'aws',
  domain: 'amazonaws.com',
  imageOwners: { debian: '136693071363', canonical: '099720109477' },
}

/** Its regions. */
export const regions: readonly string[] = [
  'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2',
  'ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7',
  'ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3',
  'il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2',
].flatMap((line) => line.split(' '))

/** The other partitions, by how the names of their regions begin. Their images belong to other accounts, their bills have other prices, and
 *  nothing of ours was tried there. */
const refused: readonly (readonly [start: string, called: string])[] = [
  ['cn-', 'AWS China'],
  ['us-gov-', 'AWS GovCloud (US)'],
  ['eusc-', 'the AWS European Sovereign Cloud'],
  ['us-iso', 'an isolated partition of AWS'],
  ['eu-iso', 'an isolated partition of AWS'],
]

/** The partition of a region that {@link regions} has: the same for all of them today, and asked for wherever the stack writes ARNs,
 *  hosts and owners of images.
 *  @throws RangeError for any other; a validated cluster never has one */
export function partitionOf(region: string): Partition {
  if (!regions.includes(region)) throw new RangeError(`no supported partition of AWS has a region ${region}`)
  return commercial
}

/** What a region that testbeds cannot stand in belongs to; undefined where there is no such region at all. */
export function refusedPartition(region: string): string | undefined {
  return refused.find(([start]) => region.startsWith(start))?.[1]
}
