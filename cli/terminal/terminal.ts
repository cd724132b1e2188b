import type { WriteStream } from 'node:tty'
import picocolors from 'picocolors'

/** The one place where text leaves the product. Results go to `out`, everything said along the way to `err`. */
export interface Terminal {
  /** Writes a line of the result. */
  readonly out: (line: string) => void
  /** Writes a line about the work: progress, problems. */
  readonly err: (line: string) => void
  /** Writes text as it is to the standard output (reporters bring their own line ends). */
  readonly raw: (text: string) => void
  /** Shows a line that the next one replaces; without a terminal it is an ordinary line. */
  readonly status: (line: string) => void
  /** The width of the terminal that results go to; undefined elsewhere than on a terminal. */
  readonly columns: () => number | undefined
  /** The width of the terminal that problems and progress go to; undefined elsewhere than on a terminal. */
  readonly errColumns: () => number | undefined
  /** True when a person watches: both outputs are a terminal and this is no CI. */
  readonly interactive: boolean
  readonly colour: ReturnType<typeof picocolors.createColors>
}

interface Streams {
  readonly stdout: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>
  readonly stderr: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Opens the terminal on the process's streams. NO_COLOR and FORCE_COLOR are honoured (no-color.org, force-color.org); elsewhere than
 *  on a terminal text is plain. */
export function openTerminal({ stdout, stderr, env }: Streams): Terminal {
  const watched = stdout.isTTY === true && stderr.isTTY === true
  const interactive = watched && env['CI'] === undefined && env['TERM'] !== 'dumb'
  const coloured = env['NO_COLOR'] ? false : env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : interactive
  const width = () => stderr.columns ?? 100
  let transient = false
  let shown = ''
  const clear = () => {
    if (transient) stderr.write('\r\u001b[2K')
    transient = false
  }
  const err = (line: string) => {
    clear()
    stderr.write(`${line}\n`)
  }
  return {
    out: (line) => {
      clear()
      stdout.write(`${line}\n`)
    },
    err,
    raw: (text) => {
      clear()
      stdout.write(text)
      // Text without a line end is a reporter's moving line, which the next text replaces.
      transient = interactive && text !== '' && !text.endsWith('\n')
    },
    status: (line) => {
      if (line === shown) return
      shown = line
      if (!interactive) return err(line)
      clear()
      stderr.write(line.length < width() ? line : `${line.slice(0, width() - 2)}…`)
      transient = true
    },
    columns: () => (stdout.isTTY === true ? stdout.columns : undefined),
    errColumns: () => (stderr.isTTY === true ? stderr.columns : undefined),
    interactive,
    colour: picocolors.createColors(coloured),
  }
}
