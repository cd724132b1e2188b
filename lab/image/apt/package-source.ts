import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shell } from '../shell.ts'
import { TestbedError } from '../../../schemas/failure.ts'
import type { Progress } from '../../lab.ts'
import { buildAptConfiguration } from './configuration.ts'
import { archiveName, parsePlan } from './plan.ts'
import type { PlannedPackage } from './plan.ts'

const systemLists = '/var/lib/apt/lists'
const dayMs = 24 * 60 * 60 * 1000

/** Debian packages, from the sources that this computer's own apt uses. */
export interface PackageSource {
  /** Changes when the package lists change or are due. */
  readonly stamp: () => Promise<string>
  readonly has: (name: string) => Promise<boolean>
  /** What installing `packages` with all that they depend on would unpack, starting from nothing. */
  readonly plan: (packages: readonly string[]) => Promise<readonly PlannedPackage[]>
  /** Fetches what is not there yet, checked against the lists' hashes by apt, and gives the archives' paths in the order of the plan. */
  readonly download: (plan: readonly PlannedPackage[]) => Promise<readonly string[]>
  /** The control stanzas of a plan's packages, as `apt-cache show` prints them. */
  readonly describe: (plan: readonly PlannedPackage[]) => Promise<string>
}

const exactly = (item: PlannedPackage): string => `${item.name}=${item.version}`

const hasLists = async (folder: string): Promise<boolean> =>
  existsSync(folder) && (await readdir(folder)).some((name) => name.includes('_Packages'))

/**
 * Opens the package sources of this computer without touching its apt: lists and archives are read from the system or kept in `folder`.
 *
 * The system's own lists serve as long as what they name can still be fetched; they are often there and it saves a download of tens of
 * megabytes. Where they are absent or outdated, lists are fetched into `folder` once a day.
 *
 * @throws TestbedError when no list can be had, a package is unknown or a download fails
 */
export const openPackageSource = async (
  folder: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<PackageSource> => {
  const ownLists = join(folder, 'lists')
  const archives = join(folder, 'archives')
  await mkdir(join(ownLists, 'partial'), { recursive: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  const status = join(folder, 'nothing-installed')
  const configuration = join(folder, 'apt.conf')
  await writeFile(status, '')
  const system = (await shell({ signal })`apt-config dump`).stdout
  let lists = (await hasLists(ownLists)) || !(await hasLists(systemLists)) ? ownLists : systemLists

  const run = async (command: readonly string[], cwd = folder): Promise<string> => {
    await writeFile(configuration, buildAptConfiguration(system, { lists, cache: folder, status }))
    const env = { ...process.env, APT_CONFIG: configuration, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
    return (await shell({ signal, env, cwd })`${command}`).stdout
  }

  const fetchLists = async (): Promise<void> => {
    progress('Fetching the package lists')
    lists = ownLists
    await run(['apt-get', '-q', 'update'])
    if (!(await hasLists(ownLists)))
      throw new TestbedError('apt fetched no package lists.', { hint: 'Check /etc/apt/sources.list and run: apt-get update' })
    await utimes(ownLists, new Date(), new Date())
  }

  // one more try with fresh lists: servers drop old versions of packages
  const withFreshLists = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      signal.throwIfAborted()
      if (lists === ownLists && Date.now() - (await stat(ownLists)).mtimeMs < 60_000) throw failed(what, cause)
      await fetchLists().catch((error: unknown) => {
        throw failed(what, error)
      })
      return work().catch((error: unknown) => {
        throw failed(what, error)
      })
    }
  }

  const areOutdated = async (): Promise<boolean> =>
    lists === ownLists && (!(await hasLists(ownLists)) || Date.now() - (await stat(ownLists)).mtimeMs > dayMs)

  const freshen = async (): Promise<void> => {
    if (await areOutdated()) {
      await fetchLists().catch(async (cause: unknown) => {
        if (signal.aborted || !(await hasLists(ownLists))) throw failed('fetch the package lists', cause)
        progress('The package servers cannot be reached; going on with the lists of an earlier day')
      })
    }
  }

  return {
    stamp: async () => {
      const names = (await readdir(lists)).filter((name) => /(InRelease|Release|_Packages[^/]*)$/.test(name)).toSorted()
      const states = await Promise.all(names.map(async (name) => stat(join(lists, name)).then((s) => [name, s.size, s.mtimeMs])))
      return createHash('sha256')
        .update(JSON.stringify([states, await areOutdated()]))
        .digest('hex')
    },
    has: async (name) =>
      withFreshLists(`look up the package ${name}`, async () => {
        await freshen()
        return /^  Candidate: (?!\(none\))/m.test(await run(['apt-cache', 'policy', name]))
      }),
    plan: async (packages) =>
      withFreshLists(`resolve the packages ${packages.join(' ')}`, async () => {
        await freshen()
        return parsePlan(await run(['apt-get', '--simulate', '-y', 'install', ...packages]))
      }),
    download: async (plan) => {
      const paths = plan.map((item) => join(archives, archiveName(item)))
      const missing = plan.filter((_, index) => !existsSync(paths[index]!))
      if (missing.length > 0) {
        progress(`Downloading ${missing.length} packages`)
        // apt writes these files in place: a killed download must not leave a part of one under its final name
        const landing = await mkdtemp(join(archives, 'partial', 'fetch-'))
        await run(['apt-get', '-q', 'download', ...missing.map(exactly)], landing)
        for (const name of await readdir(landing)) await rename(join(landing, name), join(archives, name))
        await rm(landing, { recursive: true })
      }
      const absent = paths.filter((path) => !existsSync(path))
      if (absent.length > 0) throw new TestbedError(`apt did not deliver ${absent.join(', ')}.`)
      return paths
    },
    describe: async (plan) => run(['apt-cache', 'show', ...plan.map(exactly)]),
  }
}

const failed = (what: string, cause: unknown): TestbedError => {
  const said = cause instanceof Error ? cause.message.split('\n').filter((line) => /^\s*E: /.test(line)) : []
  return new TestbedError([`Could not ${what}.`, ...said.map((line) => line.trim())].join(' '), {
    cause,
    hint: 'Run apt-get update and look at what it says; the lab takes its packages from the same sources.',
  })
}
