import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves when something is so: for what another process does, which tells nobody. @throws after 100 seconds */
export async function waitFor(what: string, isSo: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(100_000)
  while (!isSo()) {
    if (signal.aborted) throw new Error(`${what}: not within 100 s`)
    await sleep(20)
  }
}
