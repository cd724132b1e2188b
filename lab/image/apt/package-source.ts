import { statSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TestbedError } from '../../../schemas/failure.ts'
import type { Progress } from '../../lab.ts'
import { fieldOf, splitStanzas } from '../debian/status.ts'
import { shell } from '../shell.ts'
import { buildAptConfiguration } from './configuration.ts'
import { openPackageLists } from './package-lists.ts'
import { archiveName, parseUris } from './plan.ts'
import type { PlannedPackage } from './plan.ts'
import { countOf } from '../../../system/count-of.ts'

/** Debian packages, from the sources that this computer's own apt uses. */
export interface PackageSource {
  /** Changes when the package lists change or are due. */
  readonly stamp: () => Promise<string>
  /** Whether the sources have a package of this name. */
  readonly has: (name: string) => Promise<boolean>
  /** What installing `packages` with all that they depend on would unpack, starting from nothing. */
  readonly plan: (packages: readonly string[]) => Promise<readonly PlannedPackage[]>
  /** Fetches the package lists anew, unless that has been done already; then false. Plans of before may name packages that servers have dropped. */
  readonly renew: () => Promise<boolean>
  /** Fetches what is not there yet, checked against the lists' hashes by apt, and gives the archives' paths in the order of the plan. */
  readonly download: (plan: readonly PlannedPackage[]) => Promise<readonly string[]>
}

function exactly(item: Omit<PlannedPackage, 'control'>): string {
  return `${item.name}=${item.version}`
}

/**
 * Opens the package sources of this computer without touching its apt: what is fetched is kept in `folder`.
 *
 * @throws TestbedError when no list can be had, a package is unknown or a download fails
 */
export async function openPackageSource(
  folder: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<PackageSource> {
  const archives = join(folder, 'archives')
  const [configuration, status, noArchives] = [join(folder, 'apt.conf'), join(folder, 'nothing-installed'), join(folder, 'no-archives')]
  for (const path of [archives, join(archives, 'partial'), join(noArchives, 'partial')]) await mkdir(path, { recursive: true })
  await writeFile(status, '')
  const system = (await shell({ signal })`apt-config dump`).stdout

  // With no archives in sight, apt names all those that it wants.
  const configure = async (lists: string): Promise<void> =>
    writeFile(configuration, buildAptConfiguration(system, { lists, cache: folder, archives: noArchives, status }))
  const run = async (command: readonly string[], cwd = folder): Promise<string> => {
    const env = { ...process.env, APT_CONFIG: configuration, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
    return (await shell({ signal, env, cwd })`${command}`).stdout
  }
  const lists = await openPackageLists(join(folder, 'lists'), progress, async (place) => {
    await configure(place)
    await run(['apt-get', '-q', 'update'])
  })
  await configure(lists.folder())

  // Servers drop old versions of packages, so that there is one more try with fresh lists.
  const withLists = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const retry = async (cause: unknown): Promise<T> => {
      signal.throwIfAborted()
      if (!(await lists.renew())) throw cause
      return work()
    }
    try {
      await lists.freshen()
      return await work().catch(retry)
    } catch (cause) {
      signal.throwIfAborted()
      throw describeFailure(what, cause)
    }
  }

  const resolve = async (packages: readonly string[]): Promise<readonly PlannedPackage[]> => {
    const chosen = parseUris(await run(['apt-get', '-y', '--print-uris', 'install', ...packages]))
    const stanzas = splitStanzas(await run(['apt-cache', 'show', ...chosen.map(exactly)]))
    // A version that two sources have is described twice.
    const byName = new Map(stanzas.map((stanza) => [fieldOf(stanza, 'Package'), stanza]))
    return chosen.map((item) => ({ ...item, control: byName.get(item.name) ?? '' }))
  }

  const fetch = async (missing: readonly PlannedPackage[]): Promise<void> => {
    progress(`Downloading ${countOf(missing.length, 'package')}`)
    // Apt writes these files in place, and a killed download must not leave a part of one under its final name.
    const landing = await mkdtemp(join(archives, '.building-'))
    try {
      await run(['apt-get', '-q', 'download', ...missing.map(exactly)], landing)
      for (const name of await readdir(landing)) await rename(join(landing, name), join(archives, name))
    } finally {
      await rm(landing, { recursive: true, force: true })
    }
  }

  return {
    stamp: lists.stamp,
    renew: lists.renew,
    has: async (name) =>
      withLists(`look up the package ${name}`, async () => /^  Candidate: (?!\(none\))/m.test(await run(['apt-cache', 'policy', name]))),
    plan: async (packages) => withLists(`resolve the packages ${packages.join(' ')}`, async () => resolve(packages)),
    download: async (plan) => {
      const missing = plan.filter((item) => statSync(join(archives, archiveName(item)), { throwIfNoEntry: false })?.size !== sizeOf(item))
      if (missing.length > 0) {
        await fetch(missing).catch((cause: unknown) => {
          signal.throwIfAborted()
          throw describeFailure(`download ${countOf(missing.length, 'package')}`, cause)
        })
      }
      return plan.map((item) => join(archives, archiveName(item)))
    },
  }
}

function sizeOf({ control }: PlannedPackage): number {
  return Number(fieldOf(control, 'Size'))
}

function describeFailure(what: string, cause: unknown): TestbedError {
  const said = cause instanceof Error ? cause.message.split('\n').filter((line) => /^\s*E: /.test(line)) : []
  return new TestbedError([`Could not ${what}.`, ...said.map((line) => line.trim())].join(' '), {
    cause,
    hint: 'Run apt-get update and look at what it says; the lab takes its packages from the same sources.',
  })
}
