import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Event } from '../schemas/event.ts'
import { renderJson } from '../schemas/json-text.ts'
import { makeFolders } from '../system/make-folders.ts'

/** The record of a run, one JSON event a line, written as they happen: a run that is killed leaves what is known of it. */
export interface Journal {
  write(event: Event): void
  close(): void
}

/**
 * Makes the file (mode 0600, its folder 0700). No run overwrites the record of another. Never throws: what becomes of the record does not
 * change what a run comes to.
 *
 * @param warn  called once, with the reason, when the record cannot be made, or not any further: it ends with the last whole line
 */
export function createJournal(path: string, warn: (reason: string) => void): Journal {
  let file: number | undefined
  let length = 0
  const give = (act: (opened: number) => void): void => {
    if (file === undefined) return
    try {
      act(file)
    } catch (error) {
      const opened = file
      file = undefined
      attempt(() => ftruncateSync(opened, length))
      attempt(() => closeSync(opened))
      warn((error as Error).message)
    }
  }
  try {
    makeFolders(dirname(path), 0o700)
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    warn((error as Error).message)
  }
  return {
    // Writing is synchronous, so that the line is with the kernel before the next thing happens.
    write: (event) =>
      give((opened) => {
        const line = Buffer.from(`${renderJson(event)}\n`)
        writeWhole(opened, line)
        length += line.length
      }),
    close() {
      give(fsyncSync)
      give(closeSync)
      file = undefined
    },
  }
}

/** A disk that is nearly full takes a part of what it is given, and says so only the next time. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    const written = writeSync(file, bytes, at)
    if (written === 0) throw new Error('nothing more can be written there')
    at += written
  }
}

function attempt(act: () => void): void {
  try {
    act()
  } catch {
    // The reason that is told is the first one.
  }
}
