import { readFile } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import { StepError } from '../step-error.ts'

/** Reads a file that a scenario names, from the folder of the step's file or else of the scenario. @throws StepError `no-file` */
export async function readProjectFile(path: string, folders: readonly string[]): Promise<Buffer> {
  if (isAbsolute(path)) throw outside(path)
  for (const folder of folders) {
    try {
      return await readFile(resolve(folder, path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new StepError('no-file', `cannot read ${path}: ${(error as Error).message}`)
    }
  }
  throw new StepError('no-file', `no file ${path}`, { hint: `looked in ${folders.join(', ')}` })
}

/** Where a scenario may write a file: at or below its own folder. @throws StepError `no-file` */
export function resolveOutput(path: string, folders: readonly string[]): string {
  const folder = folders.at(-1) ?? '.'
  const full = resolve(folder, path)
  if (isAbsolute(path) || relative(folder, full).startsWith('..')) throw outside(path)
  return full
}

function outside(path: string): StepError {
  return new StepError('no-file', `${path} is outside of the project`, { hint: 'name it relative to the scenario' })
}
