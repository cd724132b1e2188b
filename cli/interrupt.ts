import type { Terminal } from './terminal.ts'

/** Turns Ctrl-C and SIGTERM into an abort signal. The first asks for an orderly end (Terraform saves its state, `always` steps run);
 *  the third ends the process at once, since a person who asks three times means it. */
export function watchInterrupts(terminal: Terminal): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController()
  let asked = 0
  const onSignal = (name: NodeJS.Signals) => {
    asked += 1
    controller.abort(new Error(`${name} received`))
    if (asked === 1) terminal.err('\nstopping: finishing what must not be left half-made (Ctrl-C twice more ends at once)')
    if (asked >= 3) {
      terminal.err('ended at once. What is left is recorded in .titus-bed/: titus-bed destroy removes it')
      process.exit(130)
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
