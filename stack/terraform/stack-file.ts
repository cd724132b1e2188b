import type { JsonObject } from '../../schemas/json.ts'
import { readStateJson, removeAnd } from '../state-file.ts'

/** A stack as it was written into a file; undefined where there is none.
 *  @throws TestbedError when it cannot be read */
export function readStackFile(path: string): JsonObject | undefined {
  return readStateJson(path, removeAnd(path, 'titus-bed apply: it writes it anew'), (value) => value as JsonObject)
}
