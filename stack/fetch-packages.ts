import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { AptRepository, Cluster, PackageSource } from '../schemas/cluster.ts'
import { architectureOfRole, installersOf, installingRoles, neededBy, packageIn } from '../schemas/cluster-rules/packages-of-roles.ts'
import { inputError } from '../schemas/failure.ts'
import { whyUnreadable } from '../system/why-unreadable.ts'
import { mostBytes, readRegularFile } from '../system/regular-file.ts'
import { resolveUserPath } from '../system/user-path.ts'
import { fetchFromRepository } from './apt-repository.ts'
import type { RepositoryRequest } from './apt-repository.ts'
import type { LocalPackage } from './inputs.ts'
import { packageSum } from './package-sum.ts'
import { privateFolder } from './private-folder.ts'

/** What of cluster.yaml says which packages there are to be, and for which machines. */
export interface Asked extends Pick<Cluster, 'machines' | 'agents'> {
  readonly titus: Pick<Cluster['titus'], 'packages' | 'agent'>
}

const aptPath = ['titus', 'packages', 'apt']

/** Fetches what the roles install from an apt repository, each for the architecture of its machines, and lists it with the checksums that it
 *  has.
 *  @param cache  the folder in which files are kept
 *  @throws InputError for a key that cannot be read, packages that cannot be had, or one that is not the same for all who install it */
export async function fetchPackages(
  asked: Asked,
  source: PackageSource,
  repository: AptRepository,
  cache: string,
  signal?: AbortSignal,
): Promise<readonly LocalPackage[]> {
  const key = readKey(repository)
  const fetched: LocalPackage[] = []
  for (const architecture of ['amd64', 'arm64'] as const) {
    const roles = installingRoles.filter((role) => architectureOfRole(role, asked) === architecture)
    const names = [...new Set(roles.flatMap((role) => neededBy(role, asked.titus)))]
    if (names.length === 0) continue
    for (const item of await fetchInto({ repository, key, names, architecture }, cache, signal))
      fetched.push({ ...item, installedBy: installersOf(item.name, source).filter((role) => roles.includes(role)) })
  }
  return mergeRoles(fetched, asked)
}

function readKey({ key }: AptRepository): Buffer {
  try {
    return readRegularFile(resolveUserPath(key, process.cwd()), mostBytes.text)
  } catch (error) {
    const message = `the key ${key} ${whyUnreadable(error)}`
    throw inputError({ code: 'package-missing', path: [...aptPath, 'key'], message, hint: 'see titus.packages.apt.key' })
  }
}

async function fetchInto(
  request: RepositoryRequest,
  cache: string,
  signal?: AbortSignal,
): Promise<readonly Omit<LocalPackage, 'installedBy'>[]> {
  const folder = await mkdtemp(join(privateFolder(join(cache, 'packages')), '.fetching-'))
  try {
    const failure = await fetchFromRepository(request, folder, signal)
    if (failure !== undefined) {
      const message = `the packages cannot be had from ${request.repository.url} for ${request.architecture}: ${failure}`
      const hint = 'see titus.packages.apt; its key has to be the one that signs it'
      throw inputError({ code: 'package-unavailable', path: aptPath, message, hint })
    }
    const keep = async (file: string) => {
      const sha256 = await packageSum(join(folder, file))
      const path = join(privateFolder(join(cache, 'packages', sha256)), file)
      await rename(join(folder, file), path)
      return { name: packageIn(file), file, sha256, path }
    }
    return await Promise.all((await readdir(folder)).map(keep))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A package once, though it was fetched for each architecture: it is for every one. */
function mergeRoles(fetched: readonly LocalPackage[], asked: Asked): readonly LocalPackage[] {
  const merged = new Map<string, LocalPackage>()
  for (const item of fetched) {
    const before = merged.get(item.name)
    const installedBy = [...(before?.installedBy ?? []), ...item.installedBy]
    if (before !== undefined && before.sha256 !== item.sha256) {
      const roles = installedBy.map((role) => `${role} (${architectureOfRole(role, asked)})`).join(' and ')
      const message = `${item.name} of the repository is not one package for ${roles}`
      const hint = 'give the machines that install it instance types of one architecture'
      throw inputError({ code: 'package-architecture', path: aptPath, message, hint })
    }
    merged.set(item.name, { ...item, installedBy })
  }
  return [...merged.values()].toSorted((a, b) => (a.file < b.file ? -1 : 1))
}
