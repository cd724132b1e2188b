import { TestbedError } from '../../schemas/failure.ts'
import { findProgram, searchFolders } from '../../system/find-program.ts'

/** Finds `terraform`, or else `tofu`, on a search path like that of the environment variable PATH. An absolute path.
 *  @throws TestbedError when there is neither */
export function findTerraform(searchPath: string): string {
  const folders = searchFolders(searchPath)
  const found = findProgram('terraform', folders) ?? findProgram('tofu', folders)
  if (found !== undefined) return found
  throw new TestbedError('neither terraform nor tofu is on PATH', {
    hint: 'install Terraform 1.6 or later: https://developer.hashicorp.com/terraform/install, or OpenTofu: https://opentofu.org/docs/intro/install/',
  })
}
