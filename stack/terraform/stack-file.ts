import { join } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { readStateFile, removeAnd } from '../state-file.ts'
import { stackFile } from './layout.ts'

/** The stack of a folder that Terraform works in, as it was written last; undefined where there is none.
 *  @throws TestbedError when it cannot be read */
export function readStackFile(folder: string): JsonObject | undefined {
  const path = join(folder, stackFile)
  const hint = removeAnd(path, 'titus-bed apply: it writes it anew')
  const text = readStateFile(path, hint)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as JsonObject
  } catch (cause) {
    throw new TestbedError(`${path} is damaged`, { cause, hint })
  }
}
