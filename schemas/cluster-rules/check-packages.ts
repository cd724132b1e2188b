import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { neededPackages } from '../roles/index.ts'

/** The version of Titus that the stand-ins stand in for. */
export const standInVersion = '0.1.0-rc.57'

/** The stand-ins have one version. One's own packages come over https or from a folder, and every package that is needed has a file with
 *  a checksum, of the version that the file speaks of. */
export const checkPackages: ClusterCheck = ({ titus }) => {
  const { packages, version } = titus
  const ofVersion = { path: ['titus', 'version'], ofKey: false, needs: [['titus', 'packages']] }
  if (packages === 'lab') {
    if (version === standInVersion) return []
    const message = `titus.version: the stand-ins are not ${version}`
    const hint = 'for another version name packages of your own in titus.packages'
    return [{ code: 'version-of-stand-ins', ...ofVersion, message, expected: standInVersion, hint }]
  }
  const problems: ClusterFlaw[] = []
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(packages.from)?.[1]
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
  for (const needed of neededPackages) {
    const found = files.filter((file) => file.startsWith(`${needed}_`) || file === `${needed}.deb`)
    if (found.length === 1) continue
    const message = found.length === 0 ? `titus.packages has no ${needed}` : `titus.packages has ${needed} ${found.length} times`
    const hint = found.length === 0 ? `add ${needed}_<version>_<architecture>.deb with its sha256sum` : 'keep one of the files'
    problems.push({
      code: found.length === 0 ? 'missing-package' : 'duplicate-package',
      path: ['titus', 'packages', 'sha256'],
      ofKey: true,
      message,
      expected: `one file for each of ${neededPackages.join(', ')}`,
      hint,
    })
  }
  // Debian writes a version before the release with a tilde; a file's name need not tell any version.
  const others = files.filter(
    (file) => /^titus-server-[a-z]+_/.test(file) && !file.replaceAll('~', '-').includes(`_${version.replaceAll('~', '-')}`),
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
