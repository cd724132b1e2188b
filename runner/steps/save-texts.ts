import { appendFileSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { countOf } from '../../system/count-of.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { StepError } from '../step-error.ts'
import { writeProjectFile } from './files.ts'
import type { StepContext } from './kind.ts'

/** The most that is saved of one text: a command without an end must not fill the disk. */
const mostBytes = 2 ** 30

/** What gets the pieces of a text as they come, by its key in the result. */
export type Savers = Readonly<Record<string, (piece: Buffer) => void>>

/**
 * Does what the step does while the texts that it says are saved whole, each in its file, which appears when it has ended.
 *
 * @throws StepError `save` when a file cannot be written, or what `act` throws
 */
export async function saveTexts<T>(context: StepContext, act: (savers: Savers) => Promise<T>): Promise<T> {
  const open = async ([first, ...rest]: readonly (readonly [string, string])[], savers: Savers): Promise<T> => {
    if (first === undefined) return act(savers)
    const [key, path] = first
    try {
      return await writeProjectFile(path, context, async (file) => {
        const sink = createSink(file)
        const result = await open(rest, { ...savers, [key]: sink.add })
        sink.requireWhole()
        return result
      })
    } catch (error) {
      // The system names its faults by a code in capitals: no space, no permission.
      if (!/^E[A-Z0-9]+$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
      throw cannotSave(path, error)
    }
  }
  return open(Object.entries(context.save), {})
}

function createSink(file: FileHandle): { readonly add: (piece: Buffer) => void; readonly requireWhole: () => void } {
  let bytes = 0
  let fault: unknown
  return {
    add(piece) {
      bytes += piece.length
      if (fault !== undefined || bytes > mostBytes) return
      try {
        // Writing waits for the disk, so that a text which comes faster does not pile up here.
        appendFileSync(file.fd, piece)
      } catch (error) {
        fault = error
      }
    },
    requireWhole() {
      if (fault !== undefined) throw fault
      if (bytes > mostBytes) throw new StepError('save', `there is more to save than 1 GiB: ${countOf(bytes, 'byte')}`)
    },
  }
}

function cannotSave(path: string, error: unknown): StepError {
  return new StepError('save', `cannot save ${path}: ${whyUnreadable(error)}`, { cause: error })
}

/** What a result tells of the texts that are saved; nothing when none is. */
export function describeSaved({ save }: Pick<StepContext, 'save'>): { readonly saved?: Readonly<Record<string, string>> } {
  return Object.keys(save).length === 0 ? {} : { saved: save }
}
