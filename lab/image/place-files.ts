import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies a folder of plain files into a tree as root's, mode 0644. */
export const copyFiles = async (folder: string, tree: string): Promise<void> => {
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
export const link = async (path: string, target: string): Promise<void> => {
  await rm(path, { recursive: true, force: true })
  await mkdir(join(path, '..'), { recursive: true })
  await symlink(target, path)
}
