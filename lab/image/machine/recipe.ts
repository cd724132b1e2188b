import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A digest of everything in this folder that shapes a machine: code, unit files, lists. A tree of another digest is built anew. */
export const recipeDigest = async (): Promise<string> => {
  const hash = createHash('sha256')
  for (const folder of ['.', '../debian']) {
    const root = fileURLToPath(new URL(folder, import.meta.url))
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile() && !/\.(map|d\.ts)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
    for (const path of paths.toSorted()) hash.update(`${path.slice(root.length)}\0`).update(await readFile(path))
  }
  return hash.digest('hex')
}
