import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPython } from '../api/find-python.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { ancestors } from '../../system/ancestors.ts'
import { findProgram, searchFolders } from '../../system/find-program.ts'
import { buildFinding } from './finding.ts'
import type { Finding } from './finding.ts'

/** Program -> the Debian and Ubuntu package that brings it. */
const packages: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  flock: 'util-linux',
  ip: 'iproute2',
  'mkfs.ext4': 'e2fsprogs',
  mount: 'mount',
  nft: 'nftables',
  nsenter: 'util-linux',
  openssl: 'openssl',
  setpriv: 'util-linux',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  'systemd-nspawn': 'systemd-container',
  tar: 'tar',
  unshare: 'util-linux',
}

/** What installs a package, with the rights that it needs. */
export function installCommand(names: readonly string[], isRoot = process.getuid?.() === 0): string {
  return `${isRoot ? '' : 'sudo '}apt-get install -y --no-install-recommends ${names.join(' ')}`
}

/** Looks for every program that the lab calls, but for those that no Debian package brings. */
export function examinePrograms(path: string): readonly Finding[] {
  return Object.entries(packages).map(([program, name]) => {
    const place = findProgram(program, searchFolders(path))
    return buildFinding(`program-${program}`, place !== undefined, place ?? `${program} is not on PATH`, installCommand([name]))
  })
}

/** The package that a finding of a missing program asks for; undefined for any other finding. */
export function missingPackage(finding: Finding): string | undefined {
  return finding.ok ? undefined : packages[finding.id.replace(/^program-/, '')]
}

/** Looks for Terraform or OpenTofu on PATH, or where set-up puts a release of its own. */
export function examineTerraform(path: string): Finding {
  const all = [...searchFolders(path), ...ancestors(dirname(fileURLToPath(import.meta.url))).map((folder) => join(folder, '.tools/bin'))]
  const place = findProgram('terraform', all) ?? findProgram('tofu', all)
  const cure = 'sh setup/setup.sh (a pinned release), or https://developer.hashicorp.com/terraform/install'
  return buildFinding('program-terraform', place !== undefined, place ?? 'neither terraform nor tofu is on PATH', cure)
}

/** Looks for a Python that has moto. */
export async function examineMoto(path: string): Promise<Finding> {
  try {
    return buildFinding('moto', true, `moto: ${await findPython(path)}`, '')
  } catch (error) {
    if (!(error instanceof TestbedError)) throw error
    return buildFinding('moto', false, error.message, error.hint ?? '')
  }
}
