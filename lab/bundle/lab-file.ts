import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { LabConnection } from '../lab.ts'
import { writeDurably } from '../../system/durable-file.ts'
import type { ProcessIdentity } from '../../system/process-identity.ts'

/** What `lab.json` holds: who runs the lab, and once it is ready, how it is reached. */
export interface LabFile {
  readonly supervisor: ProcessIdentity
  readonly sweeper: ProcessIdentity
  readonly connection?: LabConnection
}

function path(stateDir: string): string {
  return join(stateDir, 'lab.json')
}

/** Reads a lab's file; undefined when there is none that says who runs the lab. */
export function readLabFile(stateDir: string): LabFile | undefined {
  try {
    const file = JSON.parse(readFileSync(path(stateDir), 'utf8')) as LabFile
    return isIdentity(file.supervisor) && isIdentity(file.sweeper) ? file : undefined
  } catch {
    return undefined
  }
}

function isIdentity({ pid, started }: Partial<ProcessIdentity>): boolean {
  return typeof pid === 'number' && typeof started === 'string'
}

/** Writes a lab's file (mode 0600), all of it or nothing. */
export function writeLabFile(stateDir: string, file: LabFile): void {
  writeDurably(path(stateDir), `${JSON.stringify(file, undefined, 2)}\n`)
}

/** A lab's name on this computer, from where its state folder stands: known even when nothing of the folder is left. */
export function labName(stateDir: string): string {
  const absolute = resolve(stateDir)
  const parent = dirname(absolute)
  const real = existsSync(parent) ? join(realpathSync(parent), basename(absolute)) : absolute
  return createHash('sha256').update(real).digest('hex').slice(0, 12)
}
