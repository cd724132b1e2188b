import { join } from 'node:path'
import { readStateJson } from '../state-file.ts'
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
  const read = (value: unknown) => (value as { resources: readonly StateResource[] }).resources.filter(({ mode }) => mode === 'managed')
  return readStateJson(path, cure, read) ?? []
}
