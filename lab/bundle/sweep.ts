import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { killControlGroup, removeControlGroup } from './cgroup.ts'
import { labGroups } from './lab-group.ts'

/**
 * Ends every process of a lab and removes its cgroups. Harmless when nothing is left, and when another sweep is under way.
 * @param name  of the lab
 * @throws Error when something cannot be ended or removed within ten seconds
 */
export const sweepLab = async (name: string): Promise<void> => {
  for (const group of labGroups(name)) {
    await killControlGroup(group)
    const deadline = Date.now() + 10_000
    // the kernel lets go of a cgroup shortly after its last process
    while (!removeControlGroup(group)) {
      if (Date.now() > deadline) throw new Error(`cgroup ${group} cannot be removed`)
      await sleep(10)
      await killControlGroup(group)
    }
  }
}

/** Unmounts whatever stands below a folder in the caller's own mount namespace. A lab mounts nothing there; this is for what a hand left. */
export const unmountBelow = async (folder: string): Promise<void> => {
  // field 5 of mountinfo, with blanks as octal escapes: proc(5)
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
  for (const point of points.filter((each) => each.startsWith(`${folder}/`)).toReversed()) {
    await once(spawn('umount', ['--lazy', point], { stdio: 'ignore' }), 'exit')
  }
}
