import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Workspace } from '../../stack/workspace.ts'

/** The folder that holds package.json: the project's root from source, `dist/` when built. */
export function productRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The folder that holds the launcher, `bin/`: the clone, or the installed package. */
export function launcherRoot(root: string = productRoot()): string {
  return basename(root) === 'dist' ? dirname(root) : root
}

/** The folder of the built packages, from source or built. */
export function builtPackages(root: string = productRoot()): string {
  const candidates = [join(root, 'deb/packages'), join(root, 'dist/deb/packages')]
  return candidates.find((folder) => existsSync(join(folder, 'packages.json'))) ?? (candidates[0] as string)
}

/** The folder where the lab of a testbed keeps its state. */
export function labFolder(workspace: Pick<Workspace, 'folder'>): string {
  return join(workspace.folder, 'lab')
}

/** The folder of images and downloads that all testbeds of a person share (XDG base directory specification). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'titus-bed')
}
