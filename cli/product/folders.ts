import { join } from 'node:path'
import { homedir } from 'node:os'
import type { Workspace } from '../../stack/workspace.ts'

/** The folder where the lab of a testbed keeps its state. */
export function labFolder(workspace: Workspace): string {
  return join(workspace.folder, 'lab')
}

/** The folder of images and downloads that all testbeds of a person share (XDG base directory specification). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'titus-bed')
}
