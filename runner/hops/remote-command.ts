import { readFileSync } from 'node:fs'
import { shellWord } from '../../system/shell-quote.ts'
import { ConnectionError } from './connection-error.ts'
import { renderForAnyShell } from './any-shell.ts'

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

/** The `export` lines that carry an environment over standard input. @throws ConnectionError when a name is not one that a command can get */
export function renderExports(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) throw new ConnectionError('command', `not the name of an environment variable: ${name}`)
      if (name === markName)
        throw new ConnectionError('command', `${name} is how titus-bed finds what a command has started: take another name`)
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

/** What a machine writes to standard output and to standard error when the log-in is over, and again right before the command. The control
 *  characters stand in no command line, so that a log-in shell which shows what it runs does not write it. */
export function markBytes(mark: string): Buffer {
  return Buffer.from(`\u001e${mark}\u001e`)
}

/** The command line for the log-in shell of a machine. `timeout` ends the work there even if this computer is gone by then,
 *  five seconds later than we do ourselves. */
export function renderCommandLine(command: RemoteCommand): string {
  const bytes = Buffer.byteLength(command.exports)
  const limit = ['timeout', '-k', '5', String(Math.ceil(command.timeoutMs / 1000) + 5)]
  const words = [...limit, 'sh', '-c', runClean, 'titus-bed', command.mark, String(bytes), command.input, ...command.argv]
  const env = `env -i PATH=${cleanPath} LANG=C.UTF-8 ${markName}=${command.mark} "HOME=$HOME" "USER=$USER"`
  const tell = `printf '\\036%s\\036' ${command.mark}`
  return renderForAnyShell(`${tell}\n${tell} >&2\n${withCleanPath}exec ${env} ${words.map(quoteWord).join(' ')}`)
}

/** The command line that ends a marked command and all that it started. Exit 0: nothing is left. */
export function renderKillLine(mark: string): string {
  return renderForAnyShell(`${withCleanPath}set -- ${markName}=${mark}\n${killMarked}`)
}

const withCleanPath = `PATH=${cleanPath}\nexport PATH\n`

function readScript(path: string): string {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
  return text.replace(/^[ \t]*#.*\n/gm, '').trim()
}
