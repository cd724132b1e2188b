import { execFile } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const measureMs = 60_000
const pauseMs = 1_000
/** Measuring a great many files takes time: of the agent's, a tenth at most. */
const pauseFactor = 9

/** What files, and folders with all in them, take of the disk in bytes; one that has gone takes nothing. A file of two names counts once. */
export function measureUsage(paths: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = ['--summarize', '--total', '--block-size=1', '--one-file-system', '--', ...paths]
    // What goes away while it is measured makes du(1) fail, after it has told the rest.
    execFile('du', args, { timeout: measureMs, killSignal: 'SIGKILL' }, (error, stdout) => {
      const [, total] = /(?:^|\n)(\d+)\ttotal\n$/.exec(stdout) ?? []
      if (total === undefined) reject(error ?? new Error(`du says: ${stdout}`))
      else resolve(Number(total))
    })
  })
}

/**
 * Waits until the paths take more of the disk than `limitBytes`. They are measured once a second at most, and not while nothing is written
 * to their file systems.
 * @returns what they take then; undefined when the signal came first
 */
export async function awaitExcess(paths: readonly string[], limitBytes: number, signal: AbortSignal): Promise<number | undefined> {
  let seen: string | undefined
  while (!signal.aborted && paths.length > 0) {
    const began = performance.now()
    const free = await describeFree(paths)
    if (free !== seen) {
      const used = await measureUsage(paths)
      if (used > limitBytes) return used
      seen = free
    }
    await delay(Math.max(pauseMs, pauseFactor * (performance.now() - began)), undefined, { signal }).catch(() => undefined)
  }
  return undefined
}

async function describeFree(paths: readonly string[]): Promise<string> {
  const all = await Promise.all(paths.map((path) => statfs(path).then(({ bfree, ffree }) => `${bfree}/${ffree}`, String)))
  return all.join()
}
