import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workspace } from '../../stack/workspace.ts'

/** The attributes of a resource in the state. */
export type Attributes = Readonly<Record<string, string>>

interface Resource {
  readonly mode: string
  readonly type: string
  readonly name: string
  readonly instances: readonly { readonly attributes: Attributes }[]
}

/** The type of every resource in the state. */
export function resourceTypes(workspace: Workspace): readonly string[] {
  return managedResources(workspace).map(({ type }) => type)
}

/** The attributes of the resource at an address. */
export function attributesOf(workspace: Workspace, address: string): Attributes {
  const found = managedResources(workspace).find(({ type, name }) => `${type}.${name}` === address)
  const attributes = found?.instances[0]?.attributes
  if (attributes === undefined) throw new Error(`the state has no ${address}`)
  return attributes
}

function managedResources(workspace: Workspace): readonly Resource[] {
  const text = readFileSync(join(workspace.terraform, 'terraform.tfstate'), 'utf8')
  const { resources } = JSON.parse(text) as { resources: Resource[] }
  return resources.filter(({ mode }) => mode === 'managed')
}
