import { randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, openSync, realpathSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolders } from './make-folders.ts'
import { requireInside } from './fence.ts'
import type { Fence } from './fence.ts'
import { FileRefused } from './file-refused.ts'
import { readOpened, requireRegular } from './regular-file.ts'

/**
 * Reads a file that somebody else's text names, whole: it lies inside of the fence, also where its links lead, is regular and has at most
 * `most` bytes. A link that is changed meanwhile leads nowhere else.
 *
 * @throws FileRefused, or the error of Node.js when it cannot be opened
 */
export function readFenced(path: string, fence: Fence, most: number): Buffer {
  const place = locate(path, fence)
  requireRegular(statSync(place), most)
  const file = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    requireUnmoved(fstatSync(file), place)
    return readOpened(file, most)
  } finally {
    closeSync(file)
  }
}

/** Refuses what {@link readFenced} would refuse, and reads nothing. */
export function requireReadable(path: string, fence: Fence, most: number): void {
  requireRegular(statSync(locate(path, fence)), most)
}

/** Refuses what {@link writeFenced} would refuse, and writes nothing. @returns where the file will be, links followed */
export function requireWritable(path: string, fence: Fence): string {
  const [name, place] = [basename(path), locateNew(resolve(path), fence)]
  const isFolder = path.endsWith('/') || ['', '.', '..'].includes(name) || statOf(place)?.isDirectory() === true
  if (isFolder) throw new FileRefused('no-such-file', 'is a folder', 'name the file in it')
  return place
}

/** Writes a file that somebody else's text names, inside of the fence, for the owner alone (0600). It appears whole or not at all; the folders
 *  above it are made. @throws FileRefused, or the error of Node.js when it cannot be written, or what `write` throws */
export async function writeFenced<T>(path: string, fence: Fence, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const place = requireWritable(path, fence)
  makeFolders(dirname(place))
  const draft = `${place}.${randomUUID()}.part`
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)
  try {
    requireUnmoved(await file.stat(), draft)
    const result = await write(file)
    await rename(draft, place)
    return result
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
}

/** Where a file is when all links are followed. What lies outside is refused whether it is there or not. */
function locate(path: string, fence: Fence): string {
  let place: string
  try {
    place = realpathSync.native(path)
  } catch (error) {
    requireInside(resolve(path), fence)
    throw error
  }
  requireInside(place, withRealFolders(fence))
  return place
}

/** Where a file is, or is to be when it is not there yet. */
function locateNew(path: string, fence: Fence): string {
  const entry = statOf(path, lstatSync)
  if (entry?.isSymbolicLink() === true && statOf(path) === undefined) throw new FileRefused('no-such-file', 'is a link that leads nowhere')
  const place = entry === undefined && dirname(path) !== path ? join(locateAny(dirname(path)), basename(path)) : locate(path, fence)
  requireInside(place, withRealFolders(fence))
  return place
}

function locateAny(path: string): string {
  return realPathOf(path) ?? join(locateAny(dirname(path)), basename(path))
}

/** Refuses what was opened at a place at which it is not: a folder above it has become a link since. */
function requireUnmoved(opened: Stats, place: string): void {
  const there = statOf(place, lstatSync)
  if (realPathOf(place) !== place || there?.ino !== opened.ino || there.dev !== opened.dev)
    throw new FileRefused('file-outside', 'was moved while it was opened')
}

function withRealFolders(fence: Fence): Fence {
  return { ...fence, folders: fence.folders.map((folder) => realPathOf(folder) ?? folder) }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

function statOf(path: string, ask: typeof statSync = statSync): Stats | undefined {
  try {
    return ask(path)
  } catch {
    return undefined
  }
}
