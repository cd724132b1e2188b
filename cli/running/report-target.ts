import { accessSync, closeSync, constants, fstatSync, lstatSync, openSync, realpathSync, statSync, unlinkSync, writeSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { draftIn } from './draft-in.ts'

/** Where a report goes: to the standard output, to a descriptor that whoever started this program has opened, or to a file. */
export type ReportTarget =
  | { readonly kind: 'output' }
  | { readonly kind: 'descriptor'; readonly descriptor: number }
  | { readonly kind: 'file'; readonly path: string }

/** Why a report cannot go where it was asked to. */
export interface Refusal {
  readonly message: string
  readonly hint: string
}

/**
 * Finds out whether a report can be written, without touching what is there. A missing folder inside of the working folder will be made;
 * one elsewhere is taken for a mistake.
 *
 * @param given  as typed: `reports/junit.xml`, `/dev/stdout`, `/dev/fd/63`
 */
export function findTarget(given: string, cwd: string): ReportTarget | Refusal {
  const descriptor = descriptorOf(given)
  if (descriptor === 1) return { kind: 'output' }
  if (descriptor !== undefined) return isWritable(descriptor) ? { kind: 'descriptor', descriptor } : notOpen(given)
  if (given.endsWith('/')) return { message: `${given} is a folder`, hint: 'name a file in it' }
  const path = resolve(cwd, given)
  try {
    const real = followLink(path)
    const found = lookAt(real)
    if (found !== undefined) return checkFile(given, real, found)
    const folder = nearestFolder(dirname(real))
    if (folder !== dirname(real) && !`${dirname(real)}/`.startsWith(`${cwd}/`))
      return { message: `${given}: there is no folder ${dirname(real)}`, hint: 'make the folder, or correct the path' }
    tryToWrite(folder)
    return { kind: 'file', path: join(realpathSync(folder), real.slice(folder.length)) }
  } catch (error) {
    return {
      message: `no report can be written to ${given}: ${(error as Error).message}`,
      hint: 'name a file in a folder that you may write to',
    }
  }
}

/** Whether a report cannot go where it was asked to. */
export function isRefusal(target: ReportTarget | Refusal): target is Refusal {
  return 'message' in target
}

/** `/dev/fd/63` is what a shell makes of `>(gzip >report.gz)`. */
function descriptorOf(path: string): number | undefined {
  if (path === '/dev/stdout') return 1
  if (path === '/dev/stderr') return 2
  const [, number] = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path) ?? []
  return number === undefined ? undefined : Number(number)
}

function isWritable(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFIFO() && !stats.isFile() && !stats.isSocket() && !stats.isCharacterDevice()) return false
    // Nothing is written; a descriptor that is open for reading alone refuses even that.
    writeSync(descriptor, Buffer.alloc(0))
    return true
  } catch {
    return false
  }
}

function notOpen(given: string): Refusal {
  return { message: `${given} is not open for writing`, hint: 'open it in the shell: 3>report.xml, then --reporter junit=/dev/fd/3' }
}

function checkFile(given: string, path: string, found: Stats): ReportTarget | Refusal {
  if (found.isDirectory()) return { message: `${given} is a folder`, hint: 'name a file in it' }
  if (!found.isFile()) {
    const what = found.isFIFO() ? 'a named pipe' : found.isSocket() ? 'a socket' : 'a device'
    return { message: `${given} is ${what}, no file`, hint: 'name a file; without =FILE a report goes to the standard output' }
  }
  accessSync(path, constants.W_OK)
  tryToWrite(dirname(path))
  return { kind: 'file', path: realpathSync(path) }
}

/** What a link stands for. @throws Error of Node.js for one that points nowhere */
function followLink(path: string): string {
  return lookAt(path)?.isSymbolicLink() === true ? realpathSync(path) : path
}

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** The first folder above that is there. @throws Error when something else is in the way */
function nearestFolder(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return nearestFolder(dirname(path))
  if (!found.isDirectory()) throw new Error(`${path} is no folder`)
  return path
}

/** Makes a file and removes it: only that tells for certain. @throws Error of Node.js when none can be made there */
function tryToWrite(folder: string): void {
  const draft = draftIn(folder)
  closeSync(openSync(draft, 'wx'))
  unlinkSync(draft)
}
