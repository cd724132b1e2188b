import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Copies a folder of plain files into a tree as root's, mode 0644. */
export async function copyFiles(folder: string, tree: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const from = join(entry.parentPath, entry.name)
    const to = join(tree, from.slice(folder.length))
    await mkdir(join(to, '..'), { recursive: true })
    await writeFile(to, await readFile(from))
    await chmod(to, 0o644)
  }
}

/** Makes a symbolic link, in place of whatever is there. */
export async function link(path: string, target: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(join(path, '..'), { recursive: true })
  await symlink(target, path)
}

/** Makes a folder and what is missing above it, each for the owner of the one that it is in: under sudo, a user's `~/.cache` is the user's. */
export async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return
  await makeFolder(dirname(path))
  const { uid, gid } = await stat(dirname(path))
  await mkdir(path, { recursive: true })
  await chown(path, uid, gid)
}
