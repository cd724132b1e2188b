import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/* What the machine's first-boot program (lab/image: lab-init) leaves on the disk: `done` with the exit status of the user data, and at
 * the end of every boot cloud-init's `boot-finished`. Only sizes, times and that status are taken from there: the machine may have
 * put links in their place. */

/** When the last boot of the machine ended, in ms since the epoch by the file system's clock; 0 when none did. */
export async function readBootTime(written: string, instanceId: string): Promise<number> {
  return stat(join(written, 'var/lib/cloud/instances', instanceId, 'boot-finished')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
}

/**
 * How the boot has ended: the user data did well or not; undefined while it goes on.
 * @param written  the upper layer of the machine's disk
 * @param before   what `readBootTime` said before this boot
 */
export async function readBootOutcome(written: string, instanceId: string, before: number): Promise<'running' | 'failed' | undefined> {
  if ((await readBootTime(written, instanceId)) === before) return undefined
  const status = await readFile(join(written, 'var/lib/lab-init', instanceId, 'done'), 'utf8').catch(() => '')
  return status.trim() === '0' ? 'running' : 'failed'
}
