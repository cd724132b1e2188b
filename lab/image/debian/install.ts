import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedPackage } from '../apt/plan.ts'
import type { PackageSource } from '../apt/package-source.ts'
import { mapInParallel } from '../in-parallel.ts'
import { buildStatus, noteName, splitStanzas } from './status.ts'
import { unpackArchive } from './unpack.ts'

/** dpkg's database inside a tree. */
export const statusFile = (tree: string): string => join(tree, 'var/lib/dpkg/status')

/** What `installPackages` works on. */
export interface Installation {
  readonly source: PackageSource
  readonly plan: readonly PlannedPackage[]
  readonly tree: string
  /** The tree that this one is laid over: dpkg's status there goes on in ours. */
  readonly below?: string
  /** tar patterns of files to leave out. */
  readonly exclude?: readonly string[]
  readonly signal: AbortSignal
}

/**
 * Unpacks packages into a tree with a merged /usr and writes dpkg's database, so that dpkg there knows what is installed.
 * Maintainer scripts are not run: what they would do is the caller's to write. Ten times as fast as debootstrap.
 */
export const installPackages = async ({ source, plan, tree, below, exclude = [], signal }: Installation): Promise<void> => {
  const archives = await source.download(plan)
  await layMergedUsr(tree)
  // base-files has the root's own folders and, on newer systems, its links: alone, before anything lands in them
  const isFirst = plan.map((item) => item.name === 'base-files')
  const unpack = async (archive: string): Promise<readonly string[]> => unpackArchive(archive, tree, { exclude, signal })
  const first = await mapInParallel(
    archives.filter((_, i) => isFirst[i]),
    1,
    unpack,
  )
  const rest = await mapInParallel(
    archives.filter((_, i) => !isFirst[i]),
    3,
    unpack,
  )
  const ordered = [...plan.filter((_, i) => isFirst[i]), ...plan.filter((_, i) => !isFirst[i])]
  await writeDatabase(tree, below, await source.describe(ordered), [...first, ...rest])
}

const layMergedUsr = async (tree: string): Promise<void> => {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(tree, 'usr', name), { recursive: true })
    if (!existsSync(join(tree, name))) await symlink(`usr/${name}`, join(tree, name))
  }
}

const writeDatabase = async (
  tree: string,
  below: string | undefined,
  stanzas: string,
  members: readonly (readonly string[])[],
): Promise<void> => {
  const folder = join(tree, 'var/lib/dpkg')
  for (const name of ['info', 'updates', 'triggers', 'alternatives']) await mkdir(join(folder, name), { recursive: true })
  const before = below === undefined ? '' : await readFile(statusFile(below), 'utf8')
  await writeFile(join(folder, 'status'), `${before}${before === '' ? '' : '\n'}${buildStatus(stanzas)}`)
  await writeFile(join(folder, 'info/format'), '1\n')
  for (const name of ['available', 'diversions', 'statoverride']) await writeFile(join(folder, name), '')
  const notes = splitStanzas(stanzas).map(noteName)
  await Promise.all(
    notes.map(async (name, index) => writeFile(join(folder, 'info', `${name}.list`), `${(members[index] ?? []).join('\n')}\n`)),
  )
}
