import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'

/** Finds `terraform`, or else `tofu`, on a search path like that of the environment variable PATH. An absolute path.
 *  @throws TestbedError when there is neither */
export function findTerraform(searchPath: string): string {
  const found = findProgram('terraform', searchPath) ?? findProgram('tofu', searchPath)
  if (found !== undefined) return found
  throw new TestbedError('neither terraform nor tofu is on PATH', {
    hint: 'install Terraform 1.6 or later: https://developer.hashicorp.com/terraform/install, or OpenTofu: https://opentofu.org/docs/intro/install/',
  })
}

/** The first executable file of that name on a search path; undefined when there is none. */
function findProgram(name: string, searchPath: string): string | undefined {
  const candidates = searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
