import { createHops } from '../../runner/hops/hops.ts'
import type { Hops } from '../../runner/hops/hops.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'

/** What waiting acts through, and for how long. */
export interface ServiceParts {
  readonly openHops: (testbed: Testbed) => Hops
  readonly deadlineMs: number
}

const usualParts: ServiceParts = { openHops: createHops, deadlineMs: 300_000 }

/** Waits until systemd of each of these machines has started all that belongs to its boot: the report of a first boot says nothing of a later one.
 *  A unit that failed is no matter here: whoever needs it says so.
 *  @throws TestbedError when one has not done so within five minutes, or goes down again */
export async function waitForServices(
  testbed: Testbed,
  names: readonly string[],
  say: (line: string) => void,
  signal: AbortSignal,
  { openHops, deadlineMs }: ServiceParts = usualParts,
): Promise<void> {
  if (names.length === 0) return
  const waiting = new Set(names)
  const hops = openHops(testbed)
  const wait = async (name: string) => {
    const { stdout, ended } = await hops.machine(name).exec(['systemctl', 'is-system-running', '--wait'], { timeoutMs: deadlineMs, signal })
    signal.throwIfAborted()
    const state = stdout.trim()
    if (state !== 'running' && state !== 'degraded')
      throw new TestbedError(`the services of ${name} have not started: systemd says ${state === '' ? `nothing (${ended})` : state}`, {
        hint: `titus-bed ssh ${name}, then systemctl list-jobs; titus-bed start goes on`,
      })
    waiting.delete(name)
    if (waiting.size > 0) say(`waiting for those of ${[...waiting].join(', ')}`)
  }
  say(`waiting for those of ${names.join(', ')}`)
  try {
    await Promise.all(names.map(wait))
  } finally {
    await hops.close()
  }
}
