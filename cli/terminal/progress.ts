import { boardLines, stillLine, timeOf, withPart, withStep } from './phase.ts'
import type { Phase, PhaseTime, PartStanding } from './phase.ts'
import type { Terminal } from './terminal.ts'

/** Long work, phase after phase, as a person follows it. On a terminal a phase and each of its parts have a line with their age, which move
 *  while the phase lasts; elsewhere a line is left for what is told, and one a minute where nothing is. */
export interface Progress {
  /** The terminal, whose `status` tells what the phase is at. */
  readonly terminal: Terminal
  /** Does the work of a phase. One ends before the next begins. @param total  how many parts it has, where that is known */
  readonly phase: <T>(name: string, work: () => Promise<T>, total?: number) => Promise<T>
  /** Tells how a part of the phase stands, for the lines that move. */
  readonly part: (name: string, state: string, standing: PartStanding) => void
  /** How long the phases took that have ended, also those that failed. */
  readonly times: () => readonly PhaseTime[]
}

/** The time, and what is done every so often. Milliseconds. */
export interface Clock {
  readonly now: () => number
  /** @returns what ends it */
  readonly every: (ms: number, tick: () => void) => () => void
}

const usualClock: Clock = {
  now: () => performance.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms).unref()
    return () => clearInterval(timer)
  },
}

const tickMs = 1000

/** How long nothing may be said where lines cannot be replaced: CI ends what is silent for long. */
const silenceMs = 60_000

/** Begins to tell of long work on a terminal. */
export function openProgress(terminal: Terminal, clock: Clock = usualClock): Progress {
  const times: PhaseTime[] = []
  let running: Phase | undefined
  let saidAt = 0
  const follow = (next: Phase) => {
    running = next
    if (terminal.interactive) terminal.show(boardLines(next, clock.now()))
  }
  const tell = (line: string) => {
    saidAt = clock.now()
    terminal.err(line)
  }
  const tick = () => {
    if (running === undefined) return
    if (terminal.interactive) terminal.show(boardLines(running, clock.now()))
    else if (clock.now() - saidAt >= silenceMs) tell(stillLine(running, clock.now()))
  }
  const status = (line: string) => {
    if (running === undefined) return terminal.status(line)
    if (running.steps.at(-1)?.name === line) return
    follow(withStep(running, line, clock.now()))
    if (!terminal.interactive) tell(`${running.name}: ${line}`)
  }
  return {
    terminal: { ...terminal, err: tell, status },
    phase: async (name, work, total) => {
      saidAt = clock.now()
      follow({ name, since: saidAt, total, steps: [], parts: new Map() })
      const stop = clock.every(tickMs, tick)
      let failed = true
      try {
        const result = await work()
        failed = false
        return result
      } finally {
        stop()
        if (running !== undefined) times.push(timeOf(running, failed, clock.now()))
        running = undefined
        terminal.show([])
      }
    },
    part: (name, state, standing) => {
      if (running !== undefined) follow(withPart(running, name, state, standing, clock.now()))
    },
    times: () => times,
  }
}
