import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { TestbedError } from '../schemas/failure.ts'
import { identifyProcess, isRunning } from '../system/process-identity.ts'
import type { ProcessIdentity } from '../system/process-identity.ts'
import { readStateFile, removeAnd } from './state-file.ts'

/** A lock that this process holds. */
export interface Lock {
  /** Gives it back; doing so twice does no harm. */
  readonly release: () => void
}

interface Holder extends ProcessIdentity {
  readonly command: string
  readonly since: string
}

/** Takes the lock that a file stands for, at once or not at all. A holder that was killed holds nothing: the process is looked up,
 *  and told from a later one with its number by the time that it started.
 *  @param command  what the holder is busy with, for whoever comes second: `apply`
 *  @throws TestbedError that names the holder, or a lock that cannot be read: it may be held */
export function acquireLock(path: string, command: string): Lock {
  const own = identifyProcess(process.pid) as ProcessIdentity
  const content = JSON.stringify({ ...own, command, since: new Date().toISOString() } satisfies Holder)
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, content, { mode: 0o600 })
  try {
    while (!linkIfFree(draft, path)) clearIfAbandoned(path)
  } finally {
    rmSync(draft, { force: true })
  }
  return {
    release: () => {
      if (read(path) === content) rmSync(path, { force: true })
    },
  }
}

/** A link, because it fails when the name is taken, and when it succeeds the whole content is there. */
function linkIfFree(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** @throws TestbedError when a process holds the lock, or the file cannot be read or removed */
function clearIfAbandoned(path: string): void {
  const found = read(path)
  if (found === undefined) return
  const holder = parse(found)
  if (holder !== undefined && isRunning(holder)) {
    const since = new Date(holder.since).toLocaleTimeString()
    throw new TestbedError(`the testbed is in use: \`${holder.command}\` (process ${holder.pid}) works on it since ${since}`, {
      hint: `wait for it, or end it with: kill -INT ${holder.pid}`,
    })
  }
  // Between the look and now another process may have taken over: what was moved away is put back if it is not what was seen.
  const aside = `${path}.abandoned.${process.pid}`
  try {
    renameSync(path, aside)
    if (read(aside) !== found) linkIfFree(aside, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function read(path: string): string | undefined {
  return readStateFile(path, `if no titus-bed works on this testbed: ${removeAnd(path, 'type the command again')}`)
}

/** Undefined for a file that no holder can have written, such as one that a full disk left empty. */
function parse(text: string): Holder | undefined {
  try {
    const { pid, started, command, since } = JSON.parse(text) as Partial<Holder>
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined
    return { pid, started, command: String(command), since: String(since) }
  } catch {
    return undefined
  }
}
