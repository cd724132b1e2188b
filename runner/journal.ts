import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Event } from '../schemas/event.ts'

/** The record of a run, one JSON event a line, written as they happen: a run that is killed leaves what is known of it. */
export interface Journal {
  write(event: Event): void
  close(): void
}

/** Makes the file (mode 0600, its folder 0700). @throws when it exists: a run has its own folder */
export function createJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'wx', 0o600)
  return {
    // Writing is synchronous, so that the line is with the kernel before the next thing happens.
    write: (event) => void writeSync(file, `${JSON.stringify(event)}\n`),
    close() {
      fsyncSync(file)
      closeSync(file)
    },
  }
}
