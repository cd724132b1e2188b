import type { Progress } from '../terminal/progress.ts'

/** A moving line for each machine on a terminal, a line for each change elsewhere. */
export function tellMachine({ part, terminal }: Progress): (name: string, state: string) => void {
  const began = performance.now()
  return (name, state) => {
    part(name, state, state === 'ready' ? 'done' : 'working')
    if (!terminal.interactive) terminal.err(`boot: ${name} ${state} after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
}
