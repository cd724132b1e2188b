import type { Architecture, Cluster } from '../../schemas/cluster.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { architectureOf } from '../../schemas/images.ts'
import type { LocalPackage } from '../../stack/inputs.ts'
import { builtPackages, cacheFolder } from './folders.ts'

/** Node's name of a processor architecture -> EC2's. */
const architectures: Readonly<Record<string, Architecture>> = { x64: 'x86_64', arm64: 'arm64' }

/** What the machine `prereqs` runs beside the stand-ins, ZooKeeper and a Mesos master, as container images in files; nothing where the
 *  cluster has packages of the user's own, whose Mesos is a real one.
 *  @throws TestbedError when they cannot be built, or not for the processor of the machine */
export async function standInImages(
  { titus, target, machines }: Cluster,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly LocalPackage[]> {
  if (titus.packages !== 'lab') return []
  const { instanceType } = machines.prereqs
  const own = architectures[process.arch] ?? process.arch
  if (target === 'aws' && architectureOf(instanceType) !== own)
    throw new TestbedError(`prereqs is ${instanceType} (${architectureOf(instanceType)}), and the stand-ins are built here for ${own}`, {
      hint: `choose an instance type that is ${own} for machines.prereqs`,
    })
  const [{ exportImages }, { containerImages }] = await Promise.all([import('../../lab/index.ts'), import('../../deb/images/index.ts')])
  const exported = await exportImages({ cacheDir: cacheFolder(), images: containerImages(builtPackages()), progress, signal })
  return exported.map(({ path, sha256 }) => {
    const file = path.slice(path.lastIndexOf('/') + 1)
    return { name: `${file.replace(/\.tar\.gz$/, '')}-image`, file, sha256, installedBy: ['prereqs'], path }
  })
}
