import { stat, statSync } from 'node:fs'
import type { Stats } from 'node:fs'

const everyMs = 1000

/**
 * Calls back once a folder is gone, or another stands in its place. It is looked for, since a watcher of the system's would also have to watch
 * every folder above it. The look alone does not keep the process alive.
 */
export function onceGone(folder: string, callback: () => void): void {
  const first = statSync(folder)
  const isOther = (now: Stats): boolean => now.ino !== first.ino || now.dev !== first.dev
  const timer = setInterval(() => {
    stat(folder, (error, now) => {
      const isGone = error === null ? isOther(now) : error.code === 'ENOENT' || error.code === 'ENOTDIR'
      if (!isGone) return
      clearInterval(timer)
      callback()
    })
  }, everyMs)
  timer.unref()
}
