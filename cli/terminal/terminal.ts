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
  /** Shows lines that the next ones, or whatever is written, replace; without a terminal it shows nothing. None takes the last ones away. */
  readonly show: (lines: readonly string[]) => void
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
  readonly stderr: Pick<WriteStream, 'write' | 'isTTY' | 'columns'> & Partial<Pick<WriteStream, 'rows'>>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Carriage return, then erase the line (ECMA-48 EL 2). */
const eraseLine = '\r\u001b[2K'

/** Opens the terminal on the process's streams. NO_COLOR and FORCE_COLOR are honoured (no-color.org, force-color.org); elsewhere than
 *  on a terminal text is plain. */
export function openTerminal({ stdout, stderr, env }: Streams): Terminal {
  const watched = stdout.isTTY === true && stderr.isTTY === true
  const interactive = watched && env['CI'] === undefined && env['TERM'] !== 'dumb'
  const coloured = env['NO_COLOR'] ? false : env['FORCE_COLOR'] ? env['FORCE_COLOR'] !== '0' : interactive
  const width = () => known(stderr.columns) ?? 100
  const height = () => known(stderr.rows) ?? 24
  /** How many lines stand there that are to be replaced. */
  let transient = 0
  let shown = ''
  const clear = () => {
    if (transient > 0) stderr.write(transient === 1 ? eraseLine : `\r\u001b[${transient - 1}A\u001b[J`)
    transient = 0
  }
  const cut = (line: string) => (line.length < width() ? line : `${line.slice(0, width() - 2)}…`)
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
      transient = interactive && text !== '' && !text.endsWith('\n') ? 1 : 0
    },
    status: (line) => {
      if (line === shown) return
      shown = line
      if (!interactive) return err(line)
      clear()
      stderr.write(cut(line))
      transient = 1
    },
    show: (lines) => {
      if (!interactive) return
      // What is higher than the terminal would scroll, and could not be erased.
      const fitting = lines.slice(0, height() - 1).map(cut)
      clear()
      shown = ''
      stderr.write(fitting.join('\n'))
      transient = fitting.length
    },
    columns: () => (stdout.isTTY === true ? known(stdout.columns) : undefined),
    errColumns: () => (stderr.isTTY === true ? known(stderr.columns) : undefined),
    interactive,
    colour: picocolors.createColors(coloured),
  }
}

/** A terminal that does not know its size, as a serial line, says 0. */
function known(size: number | undefined): number | undefined {
  return size === 0 ? undefined : size
}
