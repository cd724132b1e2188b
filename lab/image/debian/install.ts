import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlannedPackage } from '../apt/plan.ts'
import type { PackageSource } from '../apt/package-source.ts'
import { mapInParallel } from '../in-parallel.ts'
import { buildStatus, noteName } from './status.ts'
import { unpackArchive } from './unpack.ts'

/** Dpkg's database inside a tree. */
function statusFile(tree: string): string {
  return join(tree, 'var/lib/dpkg/status')
}

/** What `installPackages` works on. */
export interface Installation {
  readonly source: PackageSource
  readonly plan: readonly PlannedPackage[]
  readonly tree: string
  /** The tree that this one is laid over: dpkg's status there goes on in ours. */
  readonly below?: string
  /** Control stanzas of what the system gets by another way than a package: dpkg there takes them for installed, without files. */
  readonly given?: readonly string[]
  /** Tar patterns of files to leave out. */
  readonly exclude?: readonly string[]
  readonly signal: AbortSignal
}

/** Unpacks packages into a tree with a merged /usr. Maintainer scripts are not run, dpkg's database is not written. Gives what each package brought. */
export async function unpackPackages({ source, plan, tree, exclude = [], signal }: Installation): Promise<readonly (readonly string[])[]> {
  const archives = await source.download(plan)
  await layMergedUsr(tree)
  const unpack = async (archive: string): Promise<readonly string[]> => unpackArchive(archive, tree, { exclude, signal })
  // The package base-files has the root's own folders and, on newer systems, its links, so that it is unpacked alone before anything
  // lands in them.
  const first = plan.findIndex((item) => item.name === 'base-files')
  const begun = first < 0 ? [] : await unpack(archives[first]!)
  return mapInParallel(archives, 3, async (archive) => (archive === archives[first] ? begun : unpack(archive)))
}

/**
 * Unpacks packages into a tree and writes dpkg's database, so that dpkg there knows what is installed.
 * Maintainer scripts are not run: what they would do is the caller's to write. Ten times as fast as debootstrap.
 */
export async function installPackages(installation: Installation): Promise<void> {
  const members = await unpackPackages(installation)
  await writeDatabase(installation, members)
}

async function layMergedUsr(tree: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(tree, 'usr', name), { recursive: true })
    if (!existsSync(join(tree, name))) await symlink(`usr/${name}`, join(tree, name))
  }
}

async function writeDatabase({ tree, below, plan, given = [] }: Installation, members: readonly (readonly string[])[]): Promise<void> {
  const folder = join(tree, 'var/lib/dpkg')
  for (const name of ['info', 'updates', 'triggers', 'alternatives']) await mkdir(join(folder, name), { recursive: true })
  const stanzas = [...plan.map((item) => item.control), ...given]
  const before = below === undefined ? '' : await readFile(statusFile(below), 'utf8')
  await writeFile(join(folder, 'status'), `${before}${before === '' ? '' : '\n'}${buildStatus(stanzas)}`)
  await writeFile(join(folder, 'info/format'), '1\n')
  for (const name of ['available', 'diversions', 'statoverride']) await writeFile(join(folder, name), '')
  const write = async (stanza: string, index: number): Promise<void> =>
    writeFile(join(folder, 'info', `${noteName(stanza)}.list`), (members[index] ?? []).map((path) => `${path}\n`).join(''))
  await Promise.all(stanzas.map(write))
}
