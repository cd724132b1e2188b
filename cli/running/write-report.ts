import { chmodSync, chownSync, closeSync, fsyncSync, lstatSync, openSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '../../system/make-folders.ts'
import { draftIn } from './draft-in.ts'
import type { ReportTarget } from './report-target.ts'

/** Writes a report in one go: a reader, or an end of this program at any moment, finds the old file or the whole new one. A new one is for
 *  its owner alone (0600), one that is there keeps its mode.
 *  @throws Error of Node.js when it cannot be written */
export function writeReport(target: Exclude<ReportTarget, { readonly kind: 'output' }>, text: string): void {
  if (target.kind === 'descriptor') {
    writeFileSync(target.descriptor, text)
    return
  }
  const { path } = target
  makeFolders(dirname(path))
  const draft = draftIn(dirname(path))
  const before = lstatSync(path, { throwIfNoEntry: false })
  const file = openSync(draft, 'wx', 0o600)
  try {
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (before === undefined) giveToOwnerOf(dirname(path), draft)
    else keepOwner(draft, before)
    renameSync(draft, path)
  } catch (error) {
    unlinkSync(draft)
    throw error
  }
}

/** What root writes into somebody's folder is for them to read. */
function giveToOwnerOf(folder: string, path: string): void {
  const { uid, gid } = statSync(folder)
  if (process.getuid?.() === 0) chownSync(path, uid, gid)
}

/** The new file belongs to whom the old one did, as far as this user may give it away. */
function keepOwner(path: string, { mode, uid, gid }: Stats): void {
  chmodSync(path, mode & 0o7777)
  if (process.getuid?.() === 0) chownSync(path, uid, gid)
}
