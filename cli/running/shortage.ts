import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { GroupPlace } from '../../stack/agent-group.ts'
import { groupOf, runningAgents } from '../testbed/wait-for-agents.ts'

/** Refuses to run on a testbed on AWS that has fewer agents than its group wants, because AWS had none to give: every scenario would be red for
 *  what is no fault of the testbed's. Whoever may not ask for the group is stopped only where there is no agent at all.
 *  @throws TestbedError with what Auto Scaling said */
export async function refuseShortOfAgents(testbed: Testbed, signal: AbortSignal): Promise<void> {
  const group = groupOnAws(testbed)
  if (group === undefined || runningAgents(testbed) >= (await wantedAgents(group, signal))) return
  const { findFailedLaunch } = await import('../../stack/failed-launch.ts')
  const failed = await findFailedLaunch(group.access, group.region, group.name, signal)
  if (failed !== undefined) throw new TestbedError(failed.message, { hint: failed.hint })
}

async function wantedAgents(group: GroupPlace, signal: AbortSignal): Promise<number> {
  const { readCapacity } = await import('../../stack/agent-group.ts')
  try {
    return (await readCapacity(group, signal)).desired
  } catch (error) {
    if (error instanceof TestbedError) return 1
    throw error
  }
}

/** Asks, for a scenario that failed on AWS, whether AWS had no machine to give meanwhile; undefined on other targets.
 *  @returns what the engine takes as `shortage` */
export function shortageOf(testbed: Testbed) {
  const group = groupOnAws(testbed)
  if (group === undefined) return undefined
  return async (since: Date, signal: AbortSignal) => {
    const { findShortage } = await import('../../stack/failed-launch.ts')
    return findShortage(group.access, group.region, group.name, since, signal)
  }
}

function groupOnAws(testbed: Testbed): GroupPlace | undefined {
  const group = groupOf(testbed)
  return testbed.target === 'aws' && group.name !== '' ? group : undefined
}
