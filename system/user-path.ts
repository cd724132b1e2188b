import { homedir } from 'node:os'
import { resolve } from 'node:path'

/** The whole path of what a person wrote: `~/` is their home folder (`$HOME`), anything else is seen from `folder`. */
export function resolveUserPath(written: string, folder: string): string {
  return written.startsWith('~/') ? resolve(homedir(), written.slice(2)) : resolve(folder, written)
}
