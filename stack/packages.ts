import { existsSync, readFileSync } from 'node:fs'
import { copyFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackageSource } from '../schemas/cluster.ts'
import { InputError, TestbedError } from '../schemas/failure.ts'
import type { Problem } from '../schemas/problem.ts'
import { installersOf, packageIn } from '../schemas/cluster-rules/packages-of-roles.ts'
import { installerOf } from '../schemas/roles/index.ts'
import type { ProblemCode } from '../schemas/problem-codes.ts'
import { whyUnreadable } from '../system/why-unreadable.ts'
import { resolveUserPath } from '../system/user-path.ts'
import { download } from './download.ts'
import { fetchPackages } from './fetch-packages.ts'
import type { Asked } from './fetch-packages.ts'
import type { LocalPackage, StackPackage } from './inputs.ts'
import { packageSum } from './package-sum.ts'
import { privateFolder } from './private-folder.ts'

/** Where packages come from and go to. Absolute paths. */
export interface PackageFolders {
  /** The built stand-ins: .deb files, and `packages.json` that lists them as [{name, version, file, sha256}]. */
  readonly standIns: string
  /** Downloads are kept here, by their checksum. */
  readonly cache: string
}

/** Finds the packages that cluster.yaml asks for and checks every one of them.
 *  @throws InputError with all that is wrong, by the paths of values: files that are missing, or have another checksum; a repository that its
 *          key has not signed */
export async function resolvePackages(cluster: Asked, folders: PackageFolders, signal?: AbortSignal): Promise<readonly LocalPackage[]> {
  const { packages } = cluster.titus
  // Its key has vouched for what comes out of a repository.
  if (packages !== 'lab' && packages.apt !== undefined) return await fetchPackages(cluster, packages, packages.apt, folders.cache, signal)
  const wanted = packages === 'lab' ? listStandIns(folders.standIns) : listFiles(packages, folders.cache)
  const outcomes = await Promise.all(wanted.map((item) => check(item, signal)))
  const found = outcomes.filter((outcome): outcome is LocalPackage => 'path' in outcome)
  const problems = outcomes.filter((outcome): outcome is Problem => 'code' in outcome)
  if (problems.length > 0) throw new InputError(problems)
  return found
}

/** Puts the packages where the stack names them, in `packages/` of Terraform's folder, and nothing else beside them. Each appears in one
 *  go, since a Terraform that an earlier command left behind may just be reading them. */
export async function placePackages(terraformFolder: string, packages: readonly LocalPackage[]): Promise<void> {
  const folder = privateFolder(join(terraformFolder, 'packages'))
  const place = async ({ path, file }: LocalPackage) => {
    await copyFile(path, join(folder, `${file}.new`))
    await rename(join(folder, `${file}.new`), join(folder, file))
  }
  await Promise.all(packages.map(place))
  const strangers = (await readdir(folder)).filter((name) => !packages.some(({ file }) => file === name))
  await Promise.all(strangers.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

/** A package that is wanted; `url` says where to get it when it is not on this computer. */
type Wanted = LocalPackage & { readonly url?: string }

function listStandIns(folder: string): readonly Wanted[] {
  const list = join(folder, 'packages.json')
  if (!existsSync(list))
    throw new TestbedError(`the packages of the lab are not built: ${list} is missing`, { hint: 'build them: npm run build' })
  const entries = JSON.parse(readFileSync(list, 'utf8')) as readonly Omit<StackPackage, 'installedBy'>[]
  return entries.map(({ name, file, sha256 }) => ({ name, file, sha256, installedBy: [installerOf(name)], path: join(folder, file) }))
}

function listFiles(source: PackageSource, cache: string): readonly Wanted[] {
  const { from = '', sha256 = {} } = source
  const isUrl = from.startsWith('https://')
  const folder = resolveUserPath(from, process.cwd())
  return Object.entries(sha256).map(([file, sum]) => {
    const name = packageIn(file)
    const item = { name, file, sha256: sum.toLowerCase(), installedBy: installersOf(name, source) }
    if (!isUrl) return { ...item, path: join(folder, file) }
    return { ...item, path: join(cache, 'packages', item.sha256, file), url: `${from.replace(/\/$/, '')}/${encodeURIComponent(file)}` }
  })
}

async function check(wanted: Wanted, signal?: AbortSignal): Promise<LocalPackage | Problem> {
  const { url, ...item } = wanted
  if (url !== undefined && !existsSync(item.path)) {
    const failure = await download(url, item.path, signal)
    if (failure !== undefined)
      return problem('package-unavailable', item, `${url} cannot be downloaded: ${failure}`, 'see titus.packages.from')
  }
  const actual = await packageSum(item.path).catch((error: Error) => error)
  if (actual instanceof Error)
    return problem('package-missing', item, `the package file ${item.path} ${whyUnreadable(actual)}`, 'see titus.packages')
  if (actual === item.sha256) return item
  // A wrong download is not kept: the next attempt may get the right one.
  if (url !== undefined) await rm(item.path, { force: true })
  const hint = 'if the file is the right one, write this checksum into titus.packages.sha256'
  return { ...problem('package-checksum', item, `${url ?? item.path} has the SHA-256 ${actual}`, hint), expected: item.sha256 }
}

function problem(code: ProblemCode, { file }: StackPackage, message: string, hint: string): Problem {
  return { code, severity: 'error', path: ['titus', 'packages', 'sha256', file], message, hint }
}
