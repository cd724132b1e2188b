import type { Architecture, Cluster } from './cluster.ts'
import type { ImagePublisher, Partition } from './partitions.ts'

/** What a testbed's machines boot from. */
export interface MachineImage {
  /** The account that log-ins go to. */
  readonly user: string
  /** The architectures that there is an image for. */
  readonly architectures: readonly Architecture[]
  /** Which image it is, in words: it changes when the machines have to be made anew. */
  readonly called: string
  /** How EC2 finds the image of an architecture: by its id, or the newest one with a name (`*` for what differs) of an account. */
  readonly find: (
    architecture: Architecture,
    partition: Partition,
  ) => { readonly id: string } | { readonly owner: string; readonly name: string }
}

/** An architecture as Debian and Ubuntu call it, in the names of images and of packages. */
export type DebianArchitecture = 'amd64' | 'arm64'

interface Preset {
  readonly user: string
  readonly publisher: ImagePublisher
  readonly name: (architecture: DebianArchitecture) => string
}

/** The images that have a name here; whose they are is the partition's to say. */
const presets: Readonly<Record<string, Preset>> = {
  'debian-12': { user: 'admin', publisher: 'debian', name: (arch) => `debian-12-${arch}-*` },
  'ubuntu-24.04': {
    user: 'ubuntu',
    publisher: 'canonical',
    name: (arch) => `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${arch}-server-*`,
  },
  'ubuntu-22.04': {
    user: 'ubuntu',
    publisher: 'canonical',
    name: (arch) => `ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-${arch}-server-*`,
  },
}

/** The names that `image:` of cluster.yaml takes. */
export const imageNames: readonly string[] = Object.keys(presets)

/** The image that cluster.yaml asks for.
 *  @throws RangeError for a name that is none of {@link imageNames}; a validated cluster never has one */
export function machineImage(image: Cluster['image']): MachineImage {
  if (typeof image !== 'string') {
    const { id, owner = '', name = '', user, architecture = 'x86_64' } = image
    const found = id === undefined ? { owner, name } : { id }
    return { user, architectures: [architecture], called: id ?? `${owner}/${name}`, find: () => found }
  }
  const preset = presets[image]
  if (preset === undefined) throw new RangeError(`there is no image ${image}`)
  const { user, publisher, name } = preset
  const find: MachineImage['find'] = (architecture, { imageOwners }) => ({
    owner: imageOwners[publisher],
    name: name(debianNameOf(architecture)),
  })
  return { user, architectures: ['x86_64', 'arm64'], called: image, find }
}

/** The architecture of an EC2 instance type: those of Graviton have a `g` behind the number of their generation, as in `t4g` and `c7gn`; the
 *  first one was called `a1`.
 *  @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
export function architectureOf(instanceType: string): Architecture {
  return /^(a1|[a-z]+\d+[a-fh-z]*g[a-z]*)\./.test(instanceType) ? 'arm64' : 'x86_64'
}

/** What Debian and Ubuntu call an architecture. */
export function debianNameOf(architecture: Architecture): DebianArchitecture {
  return architecture === 'x86_64' ? 'amd64' : 'arm64'
}

/** The architectures of a cluster's machines, each once. */
export function architecturesOf({ machines, agents }: Pick<Cluster, 'machines' | 'agents'>): readonly Architecture[] {
  const types = [...Object.values(machines), agents].map(({ instanceType }) => architectureOf(instanceType))
  return [...new Set(types)].toSorted().toReversed()
}
