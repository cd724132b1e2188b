import { readFileSync } from 'node:fs'
import { shellWord } from '../../system/shell-quote.ts'
import { ConnectionError } from './connection-error.ts'

/** The environment variable that every command carries, so that all it started can be found again. */
export const markName = 'TITUS_BED_EXEC'

const cleanPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const runClean = readScript('./run-clean.sh')
const killMarked = readScript('./kill-marked.sh')

/** A word as every POSIX shell reads it back unchanged. @throws ConnectionError on a NUL character, which no argv can hold */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new ConnectionError('command', 'a command and its environment cannot hold a NUL character')
  return shellWord(word)
}

/** The `export` lines that carry an environment over standard input. @throws ConnectionError when a name is not one that a shell can export */
export function renderExports(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new ConnectionError('command', `not the name of an environment variable: ${name}`)
      return `export ${name}=${quoteWord(value)}\n`
    })
    .join('')
}

/** What is asked of a machine. `mark` is unique to the command; `exports` is what `renderExports` gave. */
export interface RemoteCommand {
  readonly argv: readonly string[]
  readonly mark: string
  readonly exports: string
  readonly input: 'closed' | 'open'
  readonly timeoutMs: number
}

/** The command line for the log-in shell of a machine. `timeout` ends the work there even if this computer is gone by then,
 *  five seconds later than we do ourselves. */
export function renderCommandLine(command: RemoteCommand): string {
  const bytes = Buffer.byteLength(command.exports)
  const limit = ['timeout', '--kill-after=5', String(Math.ceil(command.timeoutMs / 1000) + 5)]
  const words = ['sh', '-c', runClean, 'titus-bed', String(bytes), command.input, ...limit, ...command.argv]
  const env = `env -i PATH=${cleanPath} LANG=C.UTF-8 ${markName}=${command.mark} "HOME=$HOME" "USER=$USER"`
  return `exec ${env} ${words.map(quoteWord).join(' ')}${bytes === 0 && command.input === 'closed' ? ' </dev/null' : ''}`
}

/** The command line that ends a marked command and all that it started. Exit 0: nothing is left. */
export function renderKillLine(mark: string): string {
  return ['exec', 'sh', '-c', killMarked, 'titus-bed', `${markName}=${mark}`].map(quoteWord).join(' ')
}

function readScript(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  return text.replace(/^\s*#.*\n/gm, '').trim()
}
