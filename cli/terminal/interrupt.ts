import type { Terminal } from './terminal.ts'
import { isUnfinished } from './unfinished.ts'
import { asTypedHere } from '../product/typed-as.ts'

const asking = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** How long a command may take to end that has nothing to finish, and one that was asked twice, in milliseconds. */
const patienceMs = 1200

/** What Ctrl-C and SIGTERM ask for. */
export interface Interrupts {
  /** The first: an orderly end. Terraform finishes and saves its state, `always` steps run. */
  readonly signal: AbortSignal
  /** The second: an end without these. */
  readonly abandon: AbortSignal
  /** Asks for the orderly end from inside of this program. */
  readonly askToEnd: (reason: Error) => void
  /** Listens no more. */
  readonly stop: () => void
}

/** Turns Ctrl-C, Ctrl-\, SIGTERM and the closing of the window into abort signals. What does not heed the first is ended soon, unless it finishes
 *  what must not be left half-made; what does not heed the second is ended soon in any case. The third ends the process at once, since a
 *  person who asks three times means it. */
export function watchInterrupts(terminal: Pick<Terminal, 'err'>): Interrupts {
  const controller = new AbortController()
  const abandon = new AbortController()
  let asked = 0
  let waiting: NodeJS.Timeout | undefined
  const endWhenNothingIsLeft = () => {
    if (asked < 2 && isUnfinished()) {
      waiting = setTimeout(endWhenNothingIsLeft, 100)
      return
    }
    terminal.err('interrupted')
    process.exit(130)
  }
  const onSignal = (name: NodeJS.Signals) => {
    asked += 1
    controller.abort(new Error(`${name} received`))
    if (asked === 2) abandon.abort(new Error(`${name} received again`))
    if (asked === 1) terminal.err('\nstopping: finishing what must not be left half-made (Ctrl-C again: without that)')
    clearTimeout(waiting)
    waiting = setTimeout(endWhenNothingIsLeft, patienceMs)
    if (asked >= 3) {
      terminal.err(asTypedHere('ended at once. What is left is recorded in .titus-bed/: titus-bed destroy removes it'))
      process.exit(130)
    }
  }
  for (const name of asking) process.on(name, onSignal)
  return {
    signal: controller.signal,
    abandon: abandon.signal,
    askToEnd: (reason) => {
      asked = Math.max(asked, 1)
      controller.abort(reason)
    },
    stop: () => {
      clearTimeout(waiting)
      for (const name of asking) process.off(name, onSignal)
    },
  }
}
