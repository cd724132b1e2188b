import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { mostBytes } from '../../system/regular-file.ts'
import { projectFolder } from '../files/project-fence.ts'
import { readFenced } from '../../system/fenced-file.ts'

/** The texts of the files below a folder, for excerpts: a journal of elsewhere names files that it likes, and gets no others. */
export function sourceIn(cwd: string): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>()
  const project = projectFolder(cwd)
  return (file) => {
    if (project === undefined) return undefined
    if (!texts.has(file)) texts.set(file, textOf(file, project))
    return texts.get(file)
  }
}

function textOf(file: string, cwd: string): string | undefined {
  try {
    return readFenced(resolve(cwd, file), { folders: [realpathSync(cwd)], open: false }, mostBytes.text).toString('utf8')
  } catch {
    return undefined
  }
}
