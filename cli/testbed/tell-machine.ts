import type { Progress } from '../terminal/progress.ts'

/** A moving line for each machine on a terminal, a line for each change elsewhere.
 *  @param phase  its name, before each line
 *  @param isDone  whether a machine that stands so takes no more time */
export function tellMachine(
  { part, terminal }: Progress,
  phase: string,
  isDone: (state: string) => boolean,
): (name: string, state: string) => void {
  const began = performance.now()
  return (name, state) => {
    part(name, state, isDone(state) ? 'done' : 'working')
    if (!terminal.interactive) terminal.err(`${phase}: ${name} ${state} after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
}
