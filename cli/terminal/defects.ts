import { tellFailure } from './tell-failure.ts'
import type { Terminal } from './terminal.ts'

/** What became of errors that nothing in this program awaited. */
export interface Defects {
  /** The exit code for the first of them; undefined when there was none. */
  readonly code: () => number | undefined
  /** Listens no more. */
  readonly stop: () => void
}

/** How long the work may go on after a defect, in milliseconds: what it waits for may never come. */
const patienceMs = 120_000

/**
 * Tells what nobody caught, and asks for an orderly end: steps under `always` still run, reports are written. A second one ends the process
 * at once, and so does an end that takes too long.
 *
 * @param askToEnd  as the first Ctrl-C does
 */
export function watchDefects(terminal: Terminal, askToEnd: (reason: Error) => void): Defects {
  let first: number | undefined
  let timer: NodeJS.Timeout | undefined
  const onError = (error: Error) => {
    void tellFailure(error, terminal, false).then((code) => {
      if (first !== undefined) process.exit(first)
      first = code
      timer = setTimeout(() => process.exit(code), patienceMs)
      askToEnd(error)
    })
  }
  process.on('uncaughtException', onError)
  return {
    code: () => first,
    stop: () => {
      clearTimeout(timer)
      process.off('uncaughtException', onError)
    },
  }
}
