import { mkdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runProgram } from '../run-program.ts'

/** A machine's volume: what it writes is here and nowhere else, so that it cannot fill this computer's disk beyond the volume's size. */
export interface Volume {
  /** On this computer; takes no more room than what the machine has written. */
  readonly file: string
  /** Where it is mounted, in the lab's mount namespace. */
  readonly mountPoint: string
  readonly sizeGiB: number
}

const gibibyte = 2 ** 30

/* A volume ends with its lab, at the latest with the running kernel: it needs no journal, and no flush ever has to reach the real disk. */

/** The command line that makes a volume's file system, but for the file. @see mke2fs(8), ext4(5) */
export const formatCommand: readonly string[] = [
  'mkfs.ext4',
  '-q',
  '-F',
  '-m',
  '0',
  '-O',
  '^has_journal,^resize_inode,sparse_super2',
  '-E',
  'lazy_itable_init=1,nodiscard,num_backup_sb=0',
]

/** The command line that mounts a volume, but for file and mount point. The loop device frees itself with the last mount. @see mount(8) */
export const mountCommand: readonly string[] = ['mount', '-t', 'ext4', '-o', 'loop,noinit_itable,nobarrier,discard']

/**
 * Makes a volume's file system and mounts it; one that is mounted stays as it is.
 * @throws Error where a loop device or a file of this size cannot be had; nothing is left of it
 */
export async function mountVolume(volume: Volume): Promise<void> {
  const { file, mountPoint, sizeGiB } = volume
  await mkdir(mountPoint, { recursive: true, mode: 0o700 })
  if (await isMounted(mountPoint)) return
  try {
    await writeFile(file, '', { mode: 0o600 })
    await truncate(file, sizeGiB * gibibyte)
    await runProgram([...formatCommand, file])
    await runProgram([...mountCommand, file, mountPoint])
  } catch (error) {
    await removeVolume(volume)
    throw error
  }
}

/** Removes a volume with all that was written to it; harmless when there is none. */
export async function removeVolume({ file, mountPoint }: Volume): Promise<void> {
  if (await isMounted(mountPoint)) await runProgram(['umount', '--lazy', mountPoint])
  for (const path of [mountPoint, file]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
}

async function isMounted(path: string): Promise<boolean> {
  const [own, parent] = await Promise.all([path, dirname(path)].map((each) => stat(each).catch(() => undefined)))
  return own !== undefined && own.dev !== parent?.dev
}
