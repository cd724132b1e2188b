import { chmod, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { machineIds } from './machine-ids.ts'

/** Gives everything in a tree to the ids of the machines: root's becomes that of a machine's root. Nobody else may change the tree meanwhile. */
export async function shiftOwners(tree: string): Promise<void> {
  await shift(tree)
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) await shift(join(entry.parentPath, entry.name))
}

async function shift(path: string): Promise<void> {
  const { uid, gid, mode } = await lstat(path)
  // One file under several names is met as often.
  if (uid >= machineIds.first) return
  await lchown(path, uid + machineIds.first, gid + machineIds.first)
  // A change of owner takes the bits away by which sudo is root's, also from a file that was root's.
  if ((mode & 0o6000) !== 0) await chmod(path, mode & 0o7777)
}
