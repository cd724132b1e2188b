import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Progress } from '../terminal/progress.ts'
import { forgetStopped } from './stopped-record.ts'
import { tellMachine } from './tell-machine.ts'
import { waitForAgents } from './wait-for-agents.ts'
import { waitForBoot } from './wait-for-boot.ts'
import { keyAwaited, waitForHostKeys } from './wait-for-host-keys.ts'
import { waitForServices } from './wait-for-services.ts'

/** What bringing up acts through. */
export interface BringUpParts {
  readonly waitForAgents: typeof waitForAgents
  readonly waitForHostKeys: typeof waitForHostKeys
  readonly waitForBoot: typeof waitForBoot
  readonly waitForServices: typeof waitForServices
}

/** The product's own. */
export const bringUpParts: BringUpParts = { waitForAgents, waitForHostKeys, waitForBoot, waitForServices }

/** What is brought up. */
export interface BringUpRequest {
  readonly workspace: Workspace
  /** What is known of the machines besides what they say. */
  readonly target: Parameters<typeof waitForBoot>[1]
  /** Looks at the testbed anew. */
  readonly describe: () => Promise<Testbed>
  /** How many agents are wanted. */
  readonly agents: number
  /** The names of the machines that were started, whose services are waited for as well. */
  readonly started: readonly string[]
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Waits until a testbed is up whose machines were made or started: for its agents, the host keys and the first boot of all, and the services of what was started.
 *  That it was ever stopped is forgotten then.
 *  @throws TestbedError when something of it fails, or takes too long */
export async function bringUp(request: BringUpRequest, parts: BringUpParts): Promise<Testbed> {
  const { workspace, target, describe, agents, started, progress, signal } = request
  const { phase, terminal } = progress
  const counted = await phase('agents', async () => parts.waitForAgents(describe, agents, terminal.status, signal))
  const testbed = counted.hosts.some(({ bootingSince }) => bootingSince !== undefined)
    ? await phase('host keys', async () =>
        parts.waitForHostKeys(
          counted,
          describe,
          target,
          tellMachine(progress, 'host keys', (state) => state !== keyAwaited),
          signal,
        ),
      )
    : counted
  await phase(
    'boot',
    async () =>
      parts.waitForBoot(
        testbed,
        target,
        tellMachine(progress, 'boot', (state) => state === 'ready'),
        signal,
      ),
    testbed.hosts.length,
  )
  if (started.length > 0) await phase('services', async () => parts.waitForServices(testbed, started, terminal.status, signal))
  forgetStopped(workspace)
  return testbed
}
