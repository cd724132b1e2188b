import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Test } from 'tap'
import { shellWord } from '../../system/shell-quote.ts'

/** A program on a terminal of its own, and what stands in for the person before it. */
export interface OnTerminal {
  /** Resolves when what was shown from the last time on has this in it. @returns what was shown up to there */
  shows(text: string | RegExp): Promise<string>
  /** Types a line; `\u0003` is Ctrl-C. */
  type(text: string): void
  /** The exit code. */
  readonly ended: Promise<number | null>
  /** All that was shown. */
  shown(): string
}

/** Starts a program on a pseudo terminal (util-linux script). @param folder  where it runs, and where the typescript goes */
export function startOnTerminal(t: Test, folder: string, argv: readonly string[], env: NodeJS.ProcessEnv): OnTerminal {
  const line = argv.map(shellWord).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', `exec ${line}`, join(folder, 'typescript')], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  let seen = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  t.teardown(() => child.kill('SIGKILL'))
  return {
    async shows(text) {
      for (;;) {
        const rest = shown.slice(seen)
        const found = typeof text === 'string' ? rest.indexOf(text) : rest.search(text)
        if (found !== -1) {
          seen += found + (typeof text === 'string' ? text.length : (text.exec(rest)?.[0].length ?? 0))
          return shown.slice(0, seen)
        }
        if (child.exitCode !== null) throw new Error(`it ended without showing ${String(text)}: ${shown}`)
        await Promise.race([
          once(child.stdout, 'data', { signal: AbortSignal.timeout(longestSilenceMs) }).catch(() => tooLong(text, shown)),
          ended,
        ])
      }
    },
    type: (text) => void child.stdin.write(text),
    ended,
    shown: () => shown,
  }
}

const longestSilenceMs = 60_000

function tooLong(text: string | RegExp, shown: string): never {
  throw new Error(`nothing more was shown, and ${String(text)} was not: ${shown}`)
}
