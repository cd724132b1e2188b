import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { dirname, join } from 'node:path'
import { writeProgram } from '../../../deb/packaging/bundle.ts'

/** The three programs, each as the one file that its package carries. */
export async function bundleServers(folder: string): Promise<void> {
  for (const main of ['mesos-master/main', 'titus-server-master/main', 'titus-server-gateway/main']) {
    await writeProgram(main, join(folder, `${dirname(main)}.mjs`))
  }
}

/** A running program. */
export interface ServerProcess {
  /** The first line of its log, from now or before, that matches; fails after 40 s or when the program ends, with the log so far. */
  line(pattern: RegExp): Promise<string>
  readonly log: () => string
  /** Sends a signal and waits for the end; resolves to how it ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ readonly code: number | null; readonly signal: string | null }>
}

/** Starts one of the programs. */
export function startServer(
  folder: string,
  name: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ServerProcess {
  const child: ChildProcess = spawn(process.execPath, [join(folder, `${name}.mjs`), ...argv], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const watchers = new Set<() => void>()
  const grow = (chunk: Buffer): void => {
    log += chunk.toString()
    for (const watcher of watchers) watcher()
  }
  child.stdout?.on('data', grow)
  child.stderr?.on('data', grow)
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    log: () => log,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
          watchers.delete(look)
          clearTimeout(timer)
          act()
        }
        const look = (): void => {
          const found = log.split('\n').find((line) => pattern.test(line))
          if (found !== undefined) settle(() => resolve(found))
        }
        const fail = (why: string): void => settle(() => reject(new Error(`${name}: ${why} before ${pattern}\n${log}`)))
        const timer = setTimeout(() => fail('40 s passed'), 40_000)
        watchers.add(look)
        void ended.then(() => fail('ended'))
        look()
      }),
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}
