import { writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freshFolder, root, run, titusBed } from './product.ts'
import type { Ended } from './product.ts'

/** The shipped testbed, in a folder of its own. */
export interface Bed {
  readonly cwd: string
  readonly type: (...args: readonly string[]) => Promise<Ended>
  /** Plain OpenSSH, with what `ssh-config` says. */
  readonly ssh: (host: string, ...command: readonly string[]) => Promise<Ended>
  readonly writeSshConfig: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** Lays the shipped cluster.yaml and scenarios into a fresh folder; raises nothing. */
export async function makeBed(): Promise<Bed> {
  const folder = freshFolder()
  const cwd = folder.path
  const type = (...args: readonly string[]) => titusBed(cwd, ...args)
  await cp(join(root, 'scenarios'), join(cwd, 'scenarios'), { recursive: true })
  await cp(join(root, 'cluster.yaml'), join(cwd, 'cluster.yaml'))
  return {
    cwd,
    type,
    ssh: (host, ...command) => run(cwd, 'ssh', '-F', join(cwd, 'ssh_config'), host, ...command),
    writeSshConfig: async () => writeFileSync(join(cwd, 'ssh_config'), (await type('ssh-config')).stdout),
    remove: async () => {
      await type('destroy', '--yes')
      folder.remove()
    },
  }
}

/** Holds that a command has succeeded, and shows the end of what it said where it has not. */
export function succeeded(t: Test, end: Ended, what: string): void {
  t.equal(end.code, 0, what, end.code === 0 ? {} : { stdout: end.stdout.slice(-3000), stderr: end.stderr.slice(-3000) })
}
