import { isAbsolute, resolve } from 'node:path'
import type { FileHandle } from 'node:fs/promises'
import { readFenced, writeFenced } from '../../system/fenced-file.ts'
import { FileRefused } from '../../system/file-refused.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { mostBytes } from '../../system/regular-file.ts'
import { StepError } from '../step-error.ts'
import type { StepContext } from './kind.ts'

type Folders = Pick<StepContext, 'folders' | 'fence'>

/** Reads a file that a scenario names: as seen from the file that holds the step, then, since an input may give the path, from those that
 *  use it. @throws StepError `no-such-file`, `file-outside`, `too-large` */
export function readProjectFile(path: string, { folders, fence }: Folders): Buffer {
  for (const folder of isAbsolute(path) ? ['/'] : folders) {
    try {
      return readFenced(resolve(folder, path), fence, mostBytes.carried)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw refusal(path, error)
    }
  }
  throw new StepError('no-such-file', `no file ${path}`, { hint: `looked in ${folders.join(', ')}` })
}

/** Writes a file that a scenario names, as seen from its own folder. @throws StepError, or what `write` throws */
export async function writeProjectFile<T>(path: string, { folders, fence }: Folders, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const folder = resolve(folders.at(-1) ?? '.')
  try {
    return await writeFenced(isAbsolute(path) ? path : `${folder}/${path}`, fence, write)
  } catch (error) {
    throw error instanceof FileRefused ? refusal(path, error) : error
  }
}

function refusal(path: string, error: unknown): StepError {
  const { code, hint } = error instanceof FileRefused ? error : { code: 'no-such-file' as const, hint: undefined }
  return new StepError(code, `${path} ${whyUnreadable(error)}`, { hint, cause: error })
}
