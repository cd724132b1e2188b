import type { Frame, NewEvent } from './frame.ts'

/** The events of nested steps, kept back until it is known that they are to be told, and how. */
export interface WithheldEvents {
  /** The frame for the nested steps: their events are kept back, those of the step itself go on. */
  readonly frame: Frame
  /** Keeps what comes from now on apart. @returns undoes it: what came since is forgotten, what was there before stands again */
  readonly begin: () => () => void
  /** Tells what is kept. */
  readonly release: () => void
}

/** Starts to keep back the events of the steps inside of the step at a path. */
export function withholdEvents(frame: Frame, path: readonly number[]): WithheldEvents {
  let held: NewEvent[] = []
  return {
    frame: { ...frame, emit: (event) => (event.type === 'poll' && event.path === path ? frame.emit(event) : held.push(event)) },
    begin() {
      const before = held
      held = []
      return () => (held = before)
    },
    release: () => held.forEach((event) => frame.emit(event)),
  }
}
