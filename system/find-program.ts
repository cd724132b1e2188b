import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The folders of a search path like that of the environment variable PATH. An empty part, which would stand for the working folder, is
 *  none. */
export function searchFolders(searchPath: string): readonly string[] {
  return searchPath.split(delimiter).filter((folder) => folder !== '')
}

/** The first executable file of that name in one of the folders; undefined when there is none. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
