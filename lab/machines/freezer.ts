import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { controlGroupFolders } from '../bundle/cgroup.ts'

const [deadlineMs, lookEveryMs] = [10_000, 10]

/**
 * Stops every process of a cgroup and below it where it stands, and returns when the kernel says that all have stopped.
 * @throws Error when one has not within ten seconds
 * @see https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html; cgroup-v2.html, "cgroup.freeze"
 */
export async function freezeControlGroup(path: string, root?: string): Promise<void> {
  setFreezer(path, true, root)
  const deadline = performance.now() + deadlineMs
  while (!isFrozen(path, root)) {
    if (performance.now() > deadline) throw new Error(`cgroup ${path}: not all processes have stopped within ${deadlineMs} ms`)
    await sleep(lookEveryMs)
  }
}

/** Lets them go on; harmless where nothing is frozen, or there is no such cgroup. What was frozen below on its own stays so. */
export function thawControlGroup(path: string, root?: string): void {
  setFreezer(path, false, root)
}

/** Whether all processes of a cgroup are stopped. */
export function isFrozen(path: string, root?: string): boolean {
  return freezersOf(path, root).some(({ folder, isV1 }) =>
    isV1
      ? readFileSync(join(folder, 'freezer.state'), 'utf8').trim() === 'FROZEN'
      : /^frozen 1$/m.test(readFileSync(join(folder, 'cgroup.events'), 'utf8')),
  )
}

function setFreezer(path: string, isWanted: boolean, root?: string): void {
  for (const { folder, isV1 } of freezersOf(path, root)) {
    if (isV1) writeFileSync(join(folder, 'freezer.state'), isWanted ? 'FROZEN' : 'THAWED')
    else writeFileSync(join(folder, 'cgroup.freeze'), isWanted ? '1' : '0')
  }
}

/** Where a cgroup is frozen: in the hierarchy of v1 that is for it, else in that of v2. */
function freezersOf(path: string, root?: string): readonly { readonly folder: string; readonly isV1: boolean }[] {
  const folders = controlGroupFolders(path, root)
  const v1 = folders.filter((folder) => existsSync(join(folder, 'freezer.state')))
  if (v1.length > 0) return v1.map((folder) => ({ folder, isV1: true }))
  return folders.filter((folder) => existsSync(join(folder, 'cgroup.freeze'))).map((folder) => ({ folder, isV1: false }))
}
