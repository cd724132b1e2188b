import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { providerSource, providerVersion } from './layout.ts'

/** Where to look. Absolute paths. */
export interface MirrorSearch {
  readonly home: string
  /** The environment's TF_CLI_CONFIG_FILE. */
  readonly configFile: string | undefined
  /** Folders any of whose children may be a mirror: where software is put that no package manager knows of. */
  readonly shelves?: readonly string[]
}

const usualShelves = ['/opt', '/usr/local/share', '/usr/share']

/** Finds a folder on this computer that has the AWS provider, in the layout of `terraform providers mirror`, packed or unpacked: then
 *  `init` needs neither network nor configuration. Undefined when there is none, and when the user's own configuration says where
 *  providers come from, which Terraform then follows by itself.
 *  @see developer.hashicorp.com/terraform/cli/config/config-file, "Implied local mirror directories" */
export function findProviderMirror({ home, configFile, shelves = usualShelves }: MirrorSearch): string | undefined {
  const configurations = configFile === undefined ? [join(home, '.terraformrc'), join(home, '.tofurc')] : [configFile]
  if (configurations.some((file) => existsSync(file) && readFileSync(file, 'utf8').includes('provider_installation'))) return undefined
  const conventional = [
    join(home, '.terraform.d/plugins'),
    join(home, '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ]
  const onShelves = shelves.flatMap((shelf) => children(shelf).map((child) => join(shelf, child)))
  return [...conventional, ...onShelves].find(hasProvider)
}

function hasProvider(mirror: string): boolean {
  const target = `${platform()}_${arch() === 'x64' ? 'amd64' : arch()}`
  const folder = join(mirror, providerSource)
  return (
    existsSync(join(folder, providerVersion, target)) || existsSync(join(folder, `terraform-provider-aws_${providerVersion}_${target}.zip`))
  )
}

function children(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
