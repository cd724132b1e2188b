import { TestbedError } from '../../schemas/failure.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { readStateFile, removeAnd } from '../state-file.ts'

/** A stack as it was written into a file; undefined where there is none.
 *  @throws TestbedError when it cannot be read */
export function readStackFile(path: string): JsonObject | undefined {
  const hint = removeAnd(path, 'titus-bed apply: it writes it anew')
  const text = readStateFile(path, hint)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as JsonObject
  } catch (cause) {
    throw new TestbedError(`${path} is damaged`, { cause, hint })
  }
}
