import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder and those above it, each by itself: the option of Node.js for that tries for ever where no folder can be made, as in /proc.
 *  @param mode  permission bits of those that are made; what the process allows unless given
 *  @throws Error of Node.js when one cannot be made, or something else is in the way */
export function makeFolders(path: string, mode?: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  // What is there and no folder says so when it is made.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined && dirname(path) !== path) makeFolders(dirname(path), mode)
  try {
    mkdirSync(path, mode)
  } catch (error) {
    // Another process may have made it just now.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error
  }
}
