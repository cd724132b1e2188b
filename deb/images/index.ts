import type { ContainerImage } from '../../lab/lab.ts'
import { buildMesosMasterImage, findOwnNode } from './mesos-master.ts'
import { zookeeperImage } from './zookeeper.ts'

/**
 * The images that the machine `prereqs` runs, for the lab's registry.
 *
 * @param bundleDir  where the packages were built: the Mesos master's program lies there too
 */
export function containerImages(bundleDir: string): readonly ContainerImage[] {
  return [zookeeperImage, buildMesosMasterImage(bundleDir, findOwnNode())]
}
