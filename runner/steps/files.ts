import { readFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { StepError } from '../step-error.ts'

/** Reads a file that a scenario names: as seen from the file that holds the step, then, since an input may give the path, from those that
 *  use it. @param folders  of these files, in this order; the scenario's own is the last @throws StepError `no-file` */
export async function readProjectFile(path: string, folders: readonly string[]): Promise<Buffer> {
  for (const folder of isAbsolute(path) ? ['/'] : folders) {
    try {
      return await readFile(resolve(folder, path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new StepError('no-such-file', `cannot read ${path}: ${(error as Error).message}`)
    }
  }
  throw new StepError('no-such-file', `no file ${path}`, { hint: `looked in ${folders.join(', ')}` })
}

/** Where a scenario may write a file: at or below its own folder. @throws StepError `no-file` */
export function resolveOutput(path: string, folders: readonly string[]): string {
  const folder = folders.at(-1) ?? '.'
  const full = resolve(folder, path)
  if (isAbsolute(path) || relative(folder, full).startsWith('..'))
    throw new StepError('no-such-file', `${path} is outside of the folder of the scenario`, { hint: 'name a file below it' })
  return full
}
