import type { Cluster, PackageSource } from '../cluster.ts'
import { architectureOf, debianNameOf } from '../images.ts'
import type { DebianArchitecture } from '../images.ts'
import { hostRoles, installerOf, roleNames } from '../roles/index.ts'
import type { RoleName } from '../roles/index.ts'

/** What an agent of Netflix's consists of: the executor, and the Mesos agent that starts it. */
const netflixAgent = ['titus-executor', 'mesos']

/** The roles that install packages. */
export const installingRoles: readonly RoleName[] = roleNames.filter((name) => hostRoles[name].packages.length > 0)

/** The packages that cluster.yaml lists for a role; undefined where the role has no list. */
export function listedFor(role: RoleName, source: PackageSource): readonly string[] | undefined {
  return (source as Readonly<Partial<Record<RoleName, readonly string[]>>>)[role]
}

/** The packages that a role cannot do without: those that are listed for it, else the usual ones. */
export function neededBy(role: RoleName, { packages, agent }: Pick<Cluster['titus'], 'packages' | 'agent'>): readonly string[] {
  const listed = packages === 'lab' ? undefined : listedFor(role, packages)
  return listed ?? (role === 'agents' && agent === 'netflix' ? netflixAgent : hostRoles[role].packages)
}

/** The roles that install a package of that name. */
export function installersOf(name: string, source: PackageSource): readonly RoleName[] {
  return installingRoles.filter((role) => listedFor(role, source)?.includes(name) ?? installerOf(name) === role)
}

/** The architecture of the packages that the machines of a role can install, beside those for every one. */
export function architectureOfRole(role: RoleName, { machines, agents }: Pick<Cluster, 'machines' | 'agents'>): DebianArchitecture {
  const single: Readonly<Partial<Record<RoleName, { readonly instanceType: string }>>> = machines
  const { instanceType } = single[role] ?? agents
  return debianNameOf(architectureOf(instanceType))
}

/** The name of the package in a file: Debian calls it NAME_VERSION_ARCHITECTURE.deb. */
export function packageIn(file: string): string {
  return file.replace(/\.deb$/, '').split('_')[0] ?? file
}
