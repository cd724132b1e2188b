import { createHops } from '../../runner/hops/hops.ts'
import { ConnectionError } from '../../runner/hops/connection-error.ts'
import type { Testbed } from '../../schemas/testbed.ts'

/** How long a host has to answer a log-in, in milliseconds. */
const timeoutMs = 15_000

/** What became of a log-in to a host: `up`, or why there was none. */
export interface Reached {
  readonly state: 'up' | 'down'
  readonly reason?: string
}

/** Logs in to every host of a testbed, all at once, and says which let us. Never throws for what a host does. */
export async function reachHosts(testbed: Testbed, signal: AbortSignal): Promise<ReadonlyMap<string, Reached>> {
  const hops = createHops(testbed)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const reach = async (name: string): Promise<Reached> => {
    try {
      const { ended } = await hops.machine(name).exec(['true'], { timeoutMs, signal: limit })
      return ended === 'exit' ? { state: 'up' } : { state: 'down', reason: `it did not answer within ${timeoutMs / 1000} s` }
    } catch (error) {
      if (error instanceof ConnectionError) return { state: 'down', reason: error.message.split('\n', 1)[0] ?? '' }
      throw error
    }
  }
  try {
    return new Map(await Promise.all(testbed.hosts.map(async ({ name }) => [name, await reach(name)] as const)))
  } finally {
    await hops.close()
  }
}
