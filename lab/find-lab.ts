import { resolve } from 'node:path'
import { isRunning } from '../system/process-identity.ts'
import { readLabFile } from './bundle/lab-file.ts'
import type { LabConnection } from './lab.ts'

/** The lab of a folder, while it runs and once it was ready; undefined otherwise. */
export function findLab(stateDir: string): Promise<LabConnection | undefined> {
  const file = readLabFile(resolve(stateDir))
  return Promise.resolve(file !== undefined && isRunning(file.supervisor) ? file.connection : undefined)
}
