import { join } from 'node:path'
import { readStateFile } from '../state-file.ts'
import type { Outputs } from './events.ts'
import { stateFile } from './layout.ts'

/** The form of the state that Terraform has written since 0.12, and OpenTofu since it began. */
const stateVersion = 4

/** The outputs as the state in a folder has them: to ask Terraform for them costs the processor half a second.
 *  @returns undefined where the state is not there, or of a form that only Terraform reads, as one that OpenTofu has encrypted
 *  @throws TestbedError when it is there and no file that could be read
 *  @see developer.hashicorp.com/terraform/internals/json-format (the same outputs, as `terraform output -json` gives them) */
export function savedOutputs(folder: string): Outputs | undefined {
  const path = join(folder, stateFile)
  const text = readStateFile(path, `put back a whole one, such as ${path}.backup`)
  try {
    const { version, outputs } = JSON.parse(text ?? '{}') as { version?: unknown; outputs?: Outputs }
    return version === stateVersion && typeof outputs === 'object' ? outputs : undefined
  } catch {
    return undefined
  }
}
