import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'

/** Files that are watched for other content. */
export interface FileWatch {
  /** Watches these from now on, and no others. @param files  absolute */
  readonly follow: (files: readonly string[]) => void
  /** The files that have another content than when they were last told; undefined once the signal is aborted. */
  readonly next: () => Promise<readonly string[] | undefined>
  readonly close: () => void
}

/** How long to wait after the first sign of a change, in milliseconds: editors save in several steps. */
const settleMs = 30

/** Starts to watch. Folders are watched and not files, since an editor puts a new file in the place of the old one. */
export function watchFiles(signal: AbortSignal): FileWatch {
  const texts = new Map<string, string | undefined>()
  const folders = new Map<string, FSWatcher>()
  let stirred = false
  let wake: () => void = () => undefined
  const stir = (): void => {
    stirred = true
    wake()
  }
  signal.addEventListener('abort', stir, { once: true })
  const takeChanged = (): readonly string[] => {
    const changed: string[] = []
    for (const [file, before] of texts) {
      const now = textOf(file)
      // A file that is gone for the moment between two steps of an editor comes back.
      if (now === undefined || now === before) continue
      texts.set(file, now)
      changed.push(file)
    }
    return changed
  }
  return {
    follow(files) {
      for (const file of texts.keys()) if (!files.includes(file)) texts.delete(file)
      for (const file of files) if (!texts.has(file)) texts.set(file, textOf(file))
      const wanted = new Set(files.map((file) => dirname(file)))
      for (const [folder, watcher] of folders) {
        if (wanted.has(folder)) continue
        watcher.close()
        folders.delete(folder)
      }
      for (const folder of wanted) if (!folders.has(folder)) folders.set(folder, watch(folder, stir))
      // What was saved while nobody watched is seen, too.
      stir()
    },
    async next() {
      while (!signal.aborted) {
        if (!stirred) await new Promise<void>((resolve) => (wake = resolve))
        await new Promise<void>((resolve) => setTimeout(resolve, settleMs))
        stirred = false
        const changed = takeChanged()
        if (changed.length > 0 && !signal.aborted) return changed
      }
      return undefined
    },
    close() {
      signal.removeEventListener('abort', stir)
      for (const watcher of folders.values()) watcher.close()
      folders.clear()
    },
  }
}

function textOf(file: string): string | undefined {
  try {
    return readRegularFile(file, mostBytes.text).toString('utf8')
  } catch {
    return undefined
  }
}
