import { openTerminal } from '../../cli/terminal/terminal.ts'
import type { Terminal } from '../../cli/terminal/terminal.ts'

/** A terminal that keeps what was written to it. */
export interface RecordedTerminal {
  readonly terminal: Terminal
  readonly out: () => string
  readonly err: () => string
}

/** Opens a terminal on recorders. `isTTY` says of both outputs, or of each, whether a person would watch it. */
export function recordTerminal({ out = false, err = false, env = {}, columns = 40 }: Partial<RecordedStreams> = {}): RecordedTerminal {
  const written = { out: '', err: '' }
  const stream = (name: 'out' | 'err', isTTY: boolean) => ({
    isTTY,
    columns,
    write: (text: string | Uint8Array) => ((written[name] += String(text)), true),
  })
  const terminal = openTerminal({ stdout: stream('out', out), stderr: stream('err', err), env })
  return { terminal, out: () => written.out, err: () => written.err }
}

interface RecordedStreams {
  readonly out: boolean
  readonly err: boolean
  readonly env: Readonly<Record<string, string>>
  readonly columns: number
}
