import { TestbedError } from '../../schemas/failure.ts'
import { join } from 'node:path'
import { readStateFile } from '../state-file.ts'
import { stateFile } from './layout.ts'

/** How many resources Terraform's state in a folder still lists; 0 where there is no state.
 *  @throws TestbedError when there is one that cannot be read */
export function countResources(folder: string): number {
  const path = join(folder, stateFile)
  const cure = `put back a whole one, such as ${path}.backup`
  const text = readStateFile(path, cure)
  if (text === undefined) return 0
  try {
    const { resources } = JSON.parse(text) as { resources: readonly { mode: string; instances: readonly unknown[] }[] }
    return resources.filter(({ mode }) => mode === 'managed').reduce((sum, { instances }) => sum + instances.length, 0)
  } catch (cause) {
    throw new TestbedError(`${path} is damaged`, { cause, hint: cure })
  }
}
