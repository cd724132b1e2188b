import { execFile } from 'node:child_process'
import { stat, statfs } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** What of a container takes room on the disk. */
export interface DiskUser {
  /** Files, and folders with all in them. */
  readonly paths: readonly string[]
  /** Its processes, which may hold files open that have no name any more. */
  readonly listPids: () => Promise<readonly number[]>
}

const measureMs = 60_000
const pauseMs = 1_000
/** Measuring a great many files takes time: of the agent's, a tenth at most. */
const pauseFactor = 9
const bytesOfBlock = 512

/**
 * Waits until a container takes more of the disk than `limitBytes`. It is measured once a second at most, and only while its file systems
 * change and have so much in them.
 * @returns what it takes then; undefined when the signal came first
 */
export async function awaitExcess({ paths, listPids }: DiskUser, limitBytes: number, signal: AbortSignal): Promise<number | undefined> {
  let seen: string | undefined
  while (!signal.aborted && paths.length > 0) {
    const began = performance.now()
    const { state, usedBytes } = await describeFileSystems(paths)
    if (state !== seen && usedBytes > limitBytes) {
      const named = await measureNamed(paths)
      const used = named > limitBytes ? named : named + (await measureUnnamed(await listPids(), paths))
      if (used > limitBytes) return used
      seen = state
    }
    await delay(Math.max(pauseMs, pauseFactor * (performance.now() - began)), undefined, { signal }).catch(() => undefined)
  }
  return undefined
}

async function describeFileSystems(paths: readonly string[]): Promise<{ readonly state: string; readonly usedBytes: number }> {
  const all = await Promise.all(paths.map((path) => statfs(path).catch(() => undefined)))
  return {
    state: all.map((each) => `${each?.bfree}/${each?.ffree}`).join(),
    usedBytes: all.reduce((sum, each) => sum + (each === undefined ? 0 : (each.blocks - each.bfree) * each.bsize), 0),
  }
}

/** What paths take in bytes; one that has gone takes nothing, a file of two names counts once. */
export async function measureNamed(paths: readonly string[]): Promise<number> {
  // What goes away while it is measured makes du(1) fail, after it has told the rest.
  const { output, error } = await run('du', ['--summarize', '--total', '--block-size=1', '--one-file-system', '--', ...paths])
  const [, total] = /(?:^|\n)(\d+)\ttotal\n$/.exec(output) ?? []
  if (total === undefined) throw error ?? new Error(`du says: ${output}`)
  return Number(total)
}

/** What files without a name take in bytes that processes hold open, on the file systems of the first one's root and of `paths`. */
export async function measureUnnamed(pids: readonly number[], paths: readonly string[] = []): Promise<number> {
  const [root, ...others] = await Promise.all([`/proc/${pids[0]}/root`, ...paths].map((path) => stat(path).catch(() => undefined)))
  if (root === undefined) return 0
  const devices = new Set([root, ...others].map((one) => String(one?.dev)))
  const folders = pids.map((pid) => `/proc/${pid}/fd`)
  // A process that ends meanwhile makes find(1) fail, after it has told the rest. Many descriptors may be of one file.
  const { output } = await run('find', ['-L', ...folders, '-maxdepth', '1', '-type', 'f', '-links', '0', '-printf', String.raw`%D %i %b\n`])
  const files = new Set(output.split('\n').filter((line) => devices.has(line.split(' ')[0] ?? '')))
  return [...files].reduce((sum, line) => sum + Number(line.split(' ')[2]) * bytesOfBlock, 0)
}

function run(program: string, args: readonly string[]): Promise<{ readonly output: string; readonly error: Error | null }> {
  const options = { timeout: measureMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1_048_576 } as const
  return new Promise((resolve) => execFile(program, args, options, (error, output) => resolve({ output, error })))
}
