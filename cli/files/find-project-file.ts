import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The name that a project file has. */
export const projectFileName = 'titus-bed.yaml'

/** The project file that counts in a folder: its own, or the nearest above it up to the root of the repository. What lies above a folder that is in
 *  no repository belongs to somebody else. */
export function findProjectFile(cwd: string): string | undefined {
  const folders = [resolve(cwd)]
  for (let folder = resolve(cwd); !existsSync(join(folder, '.git')); folder = dirname(folder)) {
    if (dirname(folder) === folder) return existsSync(join(resolve(cwd), projectFileName)) ? join(resolve(cwd), projectFileName) : undefined
    folders.push(dirname(folder))
  }
  return folders.map((folder) => join(folder, projectFileName)).find((path) => existsSync(path))
}
