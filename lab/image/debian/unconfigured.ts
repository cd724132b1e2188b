import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { mapInParallel } from '../in-parallel.ts'
import { shell } from '../shell.ts'
import { unpackPackages } from './install.ts'
import type { Installation } from './install.ts'
import { buildStatus, noteName } from './status.ts'

/** What maintainer scripts call before the package that they would get it from is configured. */
const early: Readonly<Record<string, string>> = { 'usr/bin/sh': 'dash', 'usr/bin/awk': 'mawk' }

/**
 * Unpacks packages into a tree as dpkg has them before it configures them: with their maintainer scripts, and a database that calls each of
 * them unpacked. What is left to do is `dpkg --configure --pending` in the tree.
 */
export async function unpackUnconfigured(installation: Omit<Installation, 'below' | 'given'>): Promise<void> {
  const { source, plan, tree, signal } = installation
  const members = await unpackPackages(installation)
  const archives = await source.download(plan)
  const folder = join(tree, 'var/lib/dpkg')
  for (const name of ['info', 'updates', 'triggers', 'alternatives', 'parts']) await mkdir(join(folder, name), { recursive: true })
  const scratch = await mkdtemp(join(folder, 'control-'))
  const takeNotes = async (index: number): Promise<void> => {
    const name = noteName(plan[index]?.control ?? '')
    const control = join(scratch, String(index))
    await shell({ signal })`dpkg-deb --control ${archives[index] ?? ''} ${control}`
    for (const note of await readdir(control)) {
      if (note !== 'control') await copyFile(join(control, note), join(folder, 'info', `${name}.${note}`))
    }
    await writeFile(join(folder, 'info', `${name}.list`), (members[index] ?? []).map((path) => `${path}\n`).join(''))
  }
  await mapInParallel([...plan.keys()], 3, takeNotes)
  await rm(scratch, { recursive: true })
  const stanzas = plan.map((item) => item.control)
  await writeFile(join(folder, 'status'), buildStatus(stanzas, 'unpacked'))
  await writeFile(join(folder, 'info/format'), '1\n')
  await writeFile(join(folder, 'available'), '')
  for (const name of ['passwd', 'group']) await copyFile(join(tree, `usr/share/base-passwd/${name}.master`), join(tree, 'etc', name))
  for (const [path, target] of Object.entries(early)) if (!existsSync(join(tree, path))) await symlink(target, join(tree, path))
}
