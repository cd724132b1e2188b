import { countOf } from '../../system/count-of.ts'
import type { Cluster, PackageSource } from '../cluster.ts'
import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { architectureOfRole, installersOf, installingRoles, listedFor, neededBy, packageIn } from './packages-of-roles.ts'

/** The version of Titus that the stand-ins stand in for. */
export const standInVersion = '0.1.0-rc.57'

/** The stand-ins have one version. One's own packages come over https, from a folder or from a signed repository, and every package that is needed has a file with
 *  a checksum, of the version that the file speaks of. */
export const checkPackages: ClusterCheck = (cluster) => {
  const { titus } = cluster
  const { packages, version } = titus
  const ofVersion = { path: ['titus', 'version'], ofKey: false, needs: [['titus', 'packages']] }
  if (packages === 'lab') {
    if (version === standInVersion) return []
    const message = `titus.version: the stand-ins are not ${version}`
    const hint = 'for another version name packages of your own in titus.packages'
    return [{ code: 'version-of-stand-ins', ...ofVersion, message, expected: standInVersion, hint }]
  }
  if (packages.apt !== undefined) return checkRepository(packages)
  const problems: ClusterFlaw[] = []
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(packages.from ?? '')?.[1]
  if (scheme !== undefined && scheme !== 'https') {
    problems.push({
      code: 'insecure-packages',
      path: ['titus', 'packages', 'from'],
      ofKey: false,
      message: `titus.packages.from: packages do not travel over ${scheme}`,
      expected: 'a folder, or an https address',
    })
  }
  // The schema has already told a value that is not a mapping.
  const files = Object.keys(packages.sha256 ?? {})
  for (const role of installingRoles) {
    const listed = listedFor(role, packages)
    for (const [index, needed] of neededBy(role, titus).entries()) {
      const found = files.filter((file) => packageIn(file) === needed)
      if (
        found.length === 1 ||
        problems.some(({ message }) => message.startsWith(`titus.packages has ${found.length === 0 ? 'no ' : ''}${needed}`))
      )
        continue
      const isMissing = found.length === 0
      const add = `add ${needed}_<version>_<architecture>.deb with its sha256sum`
      problems.push({
        code: isMissing ? 'missing-package' : 'duplicate-package',
        path: ['titus', 'packages', ...(listed === undefined || !isMissing ? ['sha256'] : [role, String(index)])],
        ofKey: listed === undefined || !isMissing,
        message: isMissing ? `titus.packages has no ${needed}` : `titus.packages has ${needed} ${countOf(found.length, 'time')}`,
        expected: `one file for each of ${installingRoles.flatMap((name) => neededBy(name, titus)).join(', ')}`,
        hint: isMissing ? add : 'keep one of the files',
      })
    }
  }
  for (const file of files.filter((name) => installersOf(packageIn(name), packages).length === 0)) {
    const message = `titus.packages has ${file}, which no machine installs`
    const at = { path: ['titus', 'packages', 'sha256', file], ofKey: true }
    problems.push({ code: 'unused-package', severity: 'warning', ...at, message, hint: 'add its name to master, gateway or agents' })
  }
  problems.push(...checkArchitectures(cluster, packages))
  // Debian writes a version before the release with a tilde; a file's name need not tell any version, and 0.0.1-1 is what Netflix's build
  // calls every package that it was not told a version for.
  const others = files.filter(
    (file) => /^titus-server-[a-z]+_(?!0\.0\.1-1_)/.test(file) && !file.replaceAll('~', '-').includes(`_${version.replaceAll('~', '-')}`),
  )
  for (const file of others) {
    const message = `titus.packages has ${file}, and titus.version is ${version}`
    problems.push({
      code: 'version-of-package',
      severity: 'warning',
      ...ofVersion,
      message,
      expected: 'the version of the packages',
    })
  }
  return problems
}

/** The end of a file's name tells the architecture: `_amd64.deb`, or `_all.deb`. */
function checkArchitectures(cluster: Cluster, packages: PackageSource): readonly ClusterFlaw[] {
  return Object.keys(packages.sha256 ?? {}).flatMap((file): readonly ClusterFlaw[] => {
    const has = /_([a-z0-9]+)\.deb$/.exec(file)?.[1]
    if (has !== 'amd64' && has !== 'arm64') return []
    const roles = installersOf(packageIn(file), packages).filter((role) => architectureOfRole(role, cluster) !== has)
    if (roles.length === 0) return []
    const wanted = has === 'amd64' ? 'arm64' : 'amd64'
    return [
      {
        code: 'package-architecture',
        path: ['titus', 'packages', 'sha256', file],
        ofKey: true,
        needs: roles.map((role) => [...(role === 'agents' ? [] : ['machines']), role, 'instanceType']),
        message: `titus.packages has ${file}, and ${roles.join(' and ')} would install it on ${wanted}`,
        expected: `a package for ${wanted}, or for all`,
        hint: `name another file, or give ${roles.join(' and ')} an instance type that is ${has}`,
      },
    ]
  })
}

/** What is in a repository is known only when it is asked; what is signed needs no checksum here. */
function checkRepository({ from, sha256 }: PackageSource): readonly ClusterFlaw[] {
  const given = Object.entries({ from, sha256 }).find(([, value]) => value !== undefined)?.[0]
  if (given === undefined) return []
  const message = `titus.packages has apt and ${given}`
  return [
    {
      code: 'two-package-sources',
      path: ['titus', 'packages', given],
      ofKey: true,
      message,
      expected: 'files, which are from with sha256, or a repository, which is apt',
      hint: given === 'sha256' ? 'remove it: the key of the repository vouches for its packages' : 'keep one of the two',
    },
  ]
}
