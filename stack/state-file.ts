import { TestbedError } from '../schemas/failure.ts'
import { whyUnreadable } from '../system/why-unreadable.ts'
import { readRegularFile } from '../system/regular-file.ts'
import { shellWord } from '../system/shell-quote.ts'

/** More than the state of a stack that AWS could hold; what is larger was not written by us. */
const mostBytes = 256 * 1_048_576

/** Reads a file of a testbed's own records. What cannot be read is never taken for nothing: it may say what still stands.
 *  @param cure  what to do when it is damaged, for a person
 *  @returns undefined only where there is no such file
 *  @throws TestbedError that names the file, and the way out */
export function readStateFile(path: string, cure: string): string | undefined {
  try {
    return readRegularFile(path, mostBytes).toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TestbedError(`${path} ${whyUnreadable(error)}`, { cause: error, hint: cure })
  }
}

/** Reads a record that is JSON.
 *  @param read  makes the record of the value; whatever it throws means that the value is no such record
 *  @returns undefined only where there is no such file
 *  @throws TestbedError that names the file, and the way out */
export function readStateJson<T>(path: string, cure: string, read: (value: unknown) => T): T | undefined {
  const text = readStateFile(path, cure)
  if (text === undefined) return undefined
  try {
    return read(JSON.parse(text))
  } catch (cause) {
    throw new TestbedError(`${path} is damaged`, { cause, hint: cure })
  }
}

/** The way out where a file can simply be made anew. */
export function removeAnd(path: string, next: string): string {
  return `rm -r ${shellWord(path)}, then ${next}`
}
