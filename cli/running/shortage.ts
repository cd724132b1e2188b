import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'

/** Refuses to run on a testbed on AWS that has lost agents, or has none, because AWS had none to give: every scenario would be red for what is
 *  no fault of the testbed's. Asks AWS only where agents are missing.
 *  @param before  the testbed as it was known
 *  @throws TestbedError with what Auto Scaling said */
export async function refuseShortOfAgents(
  before: Testbed,
  { target, hosts, api, region, outputs }: Testbed,
  signal: AbortSignal,
): Promise<void> {
  const group = outputs['agent_asg_name']
  if (target !== 'aws' || group === undefined) return
  const running = hosts.filter((host) => host.group === 'agents' && host.isDown !== true).length
  if (running > 0 && running >= before.hosts.filter((host) => host.group === 'agents').length) return
  const { findFailedLaunch } = await import('../../stack/failed-launch.ts')
  const failed = await findFailedLaunch(api, region, group, signal)
  if (failed !== undefined) throw new TestbedError(failed.message, { hint: failed.hint })
}

/** Asks, for a scenario that failed on AWS, whether AWS had no machine to give meanwhile; undefined on other targets.
 *  @returns what the engine takes as `shortage` */
export function shortageOf({ target, api, region, outputs }: Testbed) {
  const group = outputs['agent_asg_name']
  if (target !== 'aws' || group === undefined) return undefined
  return async (since: Date, signal: AbortSignal) => {
    const { findShortage } = await import('../../stack/failed-launch.ts')
    return findShortage(api, region, group, since, signal)
  }
}
