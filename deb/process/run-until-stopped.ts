import { errorWords } from './log.ts'
import type { Log } from './log.ts'

const stopMs = 3_000

/** Starts a server process and keeps it until SIGTERM or SIGINT, then stops it in reverse order of its start and exits 0, after
 *  three seconds at the latest. A start that fails is said in one line and exits 1. `start` registers with `onStop` what is to be stopped. */
export async function runUntilStopped(
  log: Log,
  start: (onStop: (stop: () => void | Promise<void>) => void, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stops: (() => void | Promise<void>)[] = []
  const stopping = new AbortController()
  const stop = async (name: string): Promise<void> => {
    if (stopping.signal.aborted) return
    log('stopping', { signal: name })
    setTimeout(() => process.exit(0), stopMs).unref()
    stopping.abort(new Error(`stopped by ${name}`))
    for (const each of stops.reverse())
      await Promise.resolve(each()).catch((error: unknown) => log('stop-failed', { reason: errorWords(error) }))
    process.exit(0)
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void stop(name))
  try {
    await start((each) => stops.push(each), stopping.signal)
  } catch (error) {
    log('start-failed', { reason: errorWords(error) })
    process.exit(1)
  }
}
