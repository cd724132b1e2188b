import { join, resolve } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import { isRunning } from '../system/process-identity.ts'
import { readLabFile } from './bundle/lab-file.ts'
import type { LabConnection } from './lab.ts'

/**
 * The lab of a folder, while it runs and once it was ready; undefined otherwise.
 * @throws TestbedError when a lab of the folder runs and its record does not say how it is reached
 */
export async function findLab(stateDir: string): Promise<LabConnection | undefined> {
  const folder = resolve(stateDir)
  const file = readLabFile(folder)
  if (file !== undefined) return isRunning(file.supervisor) ? file.connection : undefined
  // The control groups are looked at only where the record is missing: that costs the loading of what reads them.
  const { hasProcesses } = await import('./list-labs.ts')
  if (!hasProcesses(folder)) return undefined
  throw new TestbedError(`${join(folder, 'lab.json')} is missing or damaged, and the lab of it runs`, {
    hint: 'titus-bed destroy takes the lab down; titus-bed apply then raises it anew',
  })
}
