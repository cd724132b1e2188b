import { setTimeout as sleep } from 'node:timers/promises'
import { killControlGroup, removeControlGroup } from './cgroup.ts'
import { labGroups } from './lab-group.ts'

/**
 * Ends every process of a lab and removes its cgroups. Harmless when nothing is left, and when another sweep is under way.
 * @param name  of the lab
 * @throws Error when something cannot be ended or removed within ten seconds
 */
export async function sweepLab(name: string): Promise<void> {
  for (const group of labGroups(name)) {
    await killControlGroup(group)
    const deadline = performance.now() + 10_000
    // The kernel lets go of a cgroup shortly after its last process has ended.
    while (!removeControlGroup(group)) {
      if (performance.now() > deadline) throw new Error(`cgroup ${group} cannot be removed`)
      await sleep(10)
      await killControlGroup(group)
    }
  }
}
