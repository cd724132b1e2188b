import { join } from 'node:path'
import type { JsonObject } from '../../schemas/json.ts'
import { readStateFile, removeAnd } from '../state-file.ts'
import { stackFile } from './layout.ts'

/** The stack of a folder that Terraform works in, which it has read itself; nothing where there is none.
 *  @throws TestbedError when it cannot be read */
export function readStackFile(folder: string): JsonObject {
  const path = join(folder, stackFile)
  const text = readStateFile(path, removeAnd(path, 'titus-bed apply: it writes it anew'))
  return text === undefined ? {} : (JSON.parse(text) as JsonObject)
}
