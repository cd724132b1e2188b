import { wholeName } from '../report.ts'
import type { NewEvent } from './frame.ts'

/** Knows which step runs, from what is told of steps. */
export interface Progress {
  follow(event: NewEvent): void
  /** The step that began last of those that run; undefined between two. */
  running(): string | undefined
}

/** Begins to follow the steps of a scenario. */
export function followSteps(): Progress {
  const open = new Map<string, string>()
  return {
    follow(event) {
      if (event.type === 'step-started') open.set(event.path.join('.'), wholeName(event))
      if (event.type === 'step-ended') open.delete(event.step.path.join('.'))
    },
    running: () => [...open.values()].at(-1),
  }
}
