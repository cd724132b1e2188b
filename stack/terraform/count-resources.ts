import { TestbedError } from '../../schemas/failure.ts'
import { join } from 'node:path'
import { readStateFile } from '../state-file.ts'
import { stateFile } from './layout.ts'

interface StateResource {
  readonly mode: string
  readonly type?: string
  readonly instances: readonly { readonly attributes?: { readonly id?: string } }[]
}

/** How many resources Terraform's state in a folder still lists; 0 where there is no state.
 *  @throws TestbedError when there is one that cannot be read */
export function countResources(folder: string): number {
  return managedResources(folder).reduce((sum, { instances }) => sum + instances.length, 0)
}

/** Whether Terraform's state in a folder lists a resource of this type and id.
 *  @throws TestbedError when there is one that cannot be read */
export function listsResource(folder: string, type: string, id: string): boolean {
  return managedResources(folder).some((each) => each.type === type && each.instances.some(({ attributes }) => attributes?.id === id))
}

function managedResources(folder: string): readonly StateResource[] {
  const path = join(folder, stateFile)
  const cure = `put back a whole one, such as ${path}.backup`
  const text = readStateFile(path, cure)
  if (text === undefined) return []
  try {
    const { resources } = JSON.parse(text) as { resources: readonly StateResource[] }
    return resources.filter(({ mode }) => mode === 'managed')
  } catch (cause) {
    throw new TestbedError(`${path} is damaged`, { cause, hint: cure })
  }
}
