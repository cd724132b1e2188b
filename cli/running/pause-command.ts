import type { PauseChoice } from '../../runner/engine/pause.ts'

/** What a person can type while a scenario waits, and what it does. */
export const pauseCommands = {
  retry: 'run the step again',
  next: 'go on with the next step; the scenario has failed',
  vars: 'show the variables',
  shell: 'shell HOST: a shell on a machine; its end leads back here',
  quit: 'end the run as a failure does: `always` runs, other scenarios do not',
} as const

/** A line that a person typed, understood. */
export type PauseCommand =
  | { readonly kind: 'choice'; readonly choice: PauseChoice }
  | { readonly kind: 'vars' }
  | { readonly kind: 'shell'; readonly host: string }
  | { readonly kind: 'help' }

/** Understands a line, also by its first letter. Whatever it does not know it answers with help. */
export function readPauseCommand(line: string): PauseCommand {
  const [word = '', ...rest] = line.trim().split(/\s+/)
  const known = Object.keys(pauseCommands).find((name) => word !== '' && (name === word || name[0] === word))
  const [argument, ...more] = rest
  if (known === 'shell' && argument !== undefined && more.length === 0) return { kind: 'shell', host: argument }
  if (rest.length > 0) return { kind: 'help' }
  if (known === 'retry' || known === 'next' || known === 'quit') return { kind: 'choice', choice: known }
  return { kind: known === 'vars' ? 'vars' : 'help' }
}
