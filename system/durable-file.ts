import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from './make-folders.ts'

/** Makes a folder, and those above it, for the owner alone (0700). An existing one is closed to others.
 *  @throws Error of Node.js when it cannot be made, or belongs to somebody else */
export function makePrivateFolder(path: string): void {
  makeFolders(path, 0o700)
  chmodSync(path, 0o700)
}

/** Writes a file in one go: a reader, or a crash at any moment, finds the old content or the new. When it returns, the content is on the disk.
 *  @param mode  permission bits; without it the file is for the owner alone */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  const draft = `${path}.${process.pid}.new`
  const file = openSync(draft, 'w', mode)
  try {
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (error) {
    // A half one, as of a disk that is full, takes room and is read by nobody.
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

/** A new name is only safe when the folder that holds it is on the disk, too. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
