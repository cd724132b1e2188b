import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { renderJson } from '../../schemas/json-text.ts'
import type { HistoryEntry } from '../../runner/history/entry.ts'

/** The most of a history that is read, in bytes: its end. */
const mostBytes = 64 * 2 ** 20

/** Where the history of a testbed stands. @param folder  that of its workspace */
export function historyIn(folder: string): string {
  return join(folder, 'history.jsonl')
}

/**
 * Adds an entry: one line, in one write behind all others, so that runs at the same time do not mix and a crash leaves at most a half last line.
 * Behind such a half line a new one begins. The file is for its owner alone (0600).
 *
 * @throws Error of Node.js when it cannot be written
 */
export function addToHistory(path: string, entry: HistoryEntry): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, 0o600)
  try {
    const { size } = fstatSync(file)
    const last = Buffer.alloc(1)
    const isHalf = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n'
    writeSync(file, `${isHalf ? '\n' : ''}${renderJson(entry)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The entries of a history, the oldest first; none where there is no history. A line that is no entry is left out. */
export function readHistory(path: string): readonly HistoryEntry[] {
  try {
    return readEnd(path).split('\n').flatMap(parseEntry)
  } catch {
    return []
  }
}

/** Of what is longer than anybody looks at the end is read. */
function readEnd(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, mostBytes))
    const read = readSync(file, bytes, 0, bytes.length, size - bytes.length)
    return bytes.subarray(0, read).toString('utf8')
  } finally {
    closeSync(file)
  }
}

function parseEntry(line: string): readonly HistoryEntry[] {
  try {
    const entry = JSON.parse(line) as Partial<HistoryEntry> | null
    const isOne =
      typeof entry?.scenario === 'string' &&
      typeof entry.run === 'string' &&
      typeof entry.durationMs === 'number' &&
      Array.isArray(entry.waits)
    return isOne ? [entry as HistoryEntry] : []
  } catch {
    return []
  }
}
