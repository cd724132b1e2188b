import { homedir } from 'node:os'
import { dirname, parse, resolve } from 'node:path'
import type { Fence } from '../../system/fence.ts'

/** The folder of the project: that in which a command is typed. The root of the file system and a person's own folder hold too much to be one. */
export function projectFolder(cwd: string): string | undefined {
  const folder = resolve(cwd)
  return folder === parse(folder).root || folder === resolve(homedir()) ? undefined : folder
}

/** Where the files lie that a scenario may name: in its own folder and in that of the project. */
export function fenceOf(file: string, cwd: string, allowLocal: boolean): Fence {
  const project = projectFolder(cwd)
  return { folders: [...new Set([dirname(resolve(cwd, file)), ...(project === undefined ? [] : [project])])], open: allowLocal }
}
