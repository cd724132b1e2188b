import { readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Long enough for a lab to mount what it was just given. */
const youngMs = 60 * 60 * 1000

/**
 * Removes trees of earlier package versions and recipes. A tree that some machine still stands on stays: the mounts of every process are
 * looked through, since a lab has them in a mount namespace of its own.
 *
 * @param folder   where the trees are
 * @param current  paths of those that are in use from now on
 */
export async function removeUnusedTrees(folder: string, current: readonly string[], now = Date.now()): Promise<void> {
  const mounts = await readAllMounts()
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (current.includes(path) || mounts.includes(path)) continue
    if (now - (await stat(path)).ctimeMs > youngMs) await rm(path, { recursive: true, force: true })
  }
}

async function readAllMounts(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const texts = await Promise.all(pids.map(async (pid) => readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '')))
  return texts.join('')
}
