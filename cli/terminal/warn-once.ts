import type { Terminal } from './terminal.ts'

/** Tells each warning, but none twice. */
export function warnOnce(terminal: Terminal): (line: string) => void {
  const told = new Set<string>()
  return (line) => {
    if (!told.has(line)) terminal.err(`${terminal.colour.yellow('warning:')} ${line}`)
    told.add(line)
  }
}
