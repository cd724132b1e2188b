import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { TestbedError } from '../../../schemas/failure.ts'
import type { Progress } from '../../lab.ts'

const systemLists = '/var/lib/apt/lists'
const dayMs = 24 * 60 * 60 * 1000

/** The package lists that plans are made from. */
export interface PackageLists {
  /** The folder in use: the system's own lists, or ours. It changes when lists have to be fetched. */
  readonly folder: () => string
  /** Changes when the lists change or are due. */
  readonly stamp: () => Promise<string>
  /** Fetches lists that are absent or, being ours, a day old. Those of an earlier day serve when the servers cannot be reached. */
  readonly freshen: () => Promise<void>
  /** Fetches lists now, and uses ours from then on. False when that has been done a moment ago. */
  readonly renew: () => Promise<boolean>
}

/**
 * Opens the package lists. The system's own serve where they are there, which saves a download of tens of megabytes; once they have proved
 * outdated, or where there are none, lists are kept in `folder` and fetched once a day.
 *
 * @param update  runs `apt-get update` for a folder
 */
export async function openPackageLists(
  folder: string,
  progress: Progress,
  update: (lists: string) => Promise<unknown>,
): Promise<PackageLists> {
  await mkdir(join(folder, 'partial'), { recursive: true })
  let current = (await hasLists(folder)) || !(await hasLists(systemLists)) ? folder : systemLists
  let renewal: Promise<void> | undefined

  const fetch = async (): Promise<void> => {
    progress('Fetching the package lists')
    current = folder
    await update(folder)
    if (!(await hasLists(folder))) throw new TestbedError('apt fetched no package lists.', { hint: 'Look at what apt-get update says.' })
    await utimes(folder, new Date(), new Date())
  }
  const renewOnce = async (): Promise<void> => (renewal ??= fetch())
  const areDue = async (): Promise<boolean> =>
    current === folder && (!(await hasLists(folder)) || Date.now() - (await stat(folder)).mtimeMs > dayMs)

  return {
    folder: () => current,
    stamp: async () => {
      const names = (await readdir(current)).filter((name) => /(Release|_Packages[^/]*)$/.test(name)).toSorted()
      const states = await Promise.all(
        names.map(async (name) => stat(join(current, name)).then((found) => [name, found.size, found.mtimeMs])),
      )
      return createHash('sha256')
        .update(JSON.stringify([states, await areDue()]))
        .digest('hex')
    },
    freshen: async () => {
      if (!(await areDue())) return
      await renewOnce().catch(async (error: unknown) => {
        if (!(await hasLists(folder))) throw error
        progress('The package servers cannot be reached; going on with the package lists of an earlier day')
        await utimes(folder, new Date(), new Date())
      })
    },
    renew: async () => {
      if (renewal !== undefined) return renewal.then(() => false)
      await renewOnce()
      return true
    },
  }
}

async function hasLists(folder: string): Promise<boolean> {
  return existsSync(folder) && (await readdir(folder)).some((name) => name.includes('_Packages'))
}
