import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/* What the machine's first-boot program leaves on the disk. At the end of every boot that is cloud-init's `boot-finished`. How the user data
 * ended the quick image's own program (lab/image: lab-init) tells by `done` with its exit status, and cloud-init by a list of errors. Only sizes, times and that status are taken from there: the machine may have
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
  const read = async (path: string): Promise<string> => readFile(join(written, path), 'utf8').catch(() => '')
  const status = (await read(`var/lib/lab-init/${instanceId}/done`)).trim()
  if (status !== '') return status === '0' ? 'running' : 'failed'
  // Cloud-init writes its list a moment after the boot has finished.
  const result = await read('var/lib/cloud/data/result.json')
  if (result === '') return undefined
  return /\('scripts[-_]/.test(result) ? 'failed' : 'running'
}
