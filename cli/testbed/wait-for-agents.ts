import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { GroupPlace } from '../../stack/agent-group.ts'
import { findFailedLaunch } from '../../stack/failed-launch.ts'

/** What waiting acts through, and for how long. Milliseconds. */
export interface AgentParts {
  readonly findFailedLaunch: typeof findFailedLaunch
  readonly deadlineMs: number
  /** How long a group may take to try again after a launch that failed before anybody waited. */
  readonly patienceMs: number
  readonly pollMs: number
}

const usualParts: AgentParts = { findFailedLaunch, deadlineMs: 600_000, patienceMs: 60_000, pollMs: 1000 }

/** The Auto Scaling group of the agents of a testbed. */
export function groupOf({ api, region, outputs }: Pick<Testbed, 'api' | 'region' | 'outputs'>): GroupPlace {
  return { access: api, region, name: outputs['agent_asg_name'] ?? '' }
}

/** How many agents run. */
export function runningAgents({ hosts }: Testbed): number {
  return hosts.filter(({ group, isDown }) => group !== undefined && isDown !== true).length
}

/** Waits until as many agents run as are wanted: a group launches, replaces and ends them in its own time. Fails early when the group says
 *  that it could not launch one, and after ten minutes with the number seen last.
 *  @param describe  asks EC2 for the testbed as it is
 *  @returns the testbed with them
 *  @throws TestbedError */
export async function waitForAgents(
  describe: () => Promise<Testbed>,
  wanted: number,
  say: (line: string) => void,
  signal: AbortSignal,
  parts: AgentParts = usualParts,
): Promise<Testbed> {
  const began = performance.now()
  let old: string | undefined
  for (let look = 0; ; look += 1) {
    const testbed = await describe()
    const running = runningAgents(testbed)
    if (running === wanted) return testbed
    say(`agents running: ${running} of ${wanted}`)
    const { access, region, name } = groupOf(testbed)
    const failed = running < wanted ? await parts.findFailedLaunch(access, region, name, signal) : undefined
    if (look === 0) old = failed?.message
    const waited = performance.now() - began
    if (failed !== undefined && (failed.message !== old || waited > parts.patienceMs))
      throw new TestbedError(`agents running: ${running} of ${wanted}: ${failed.message}`, {
        hint: failed.hint ?? 'titus-bed apply goes on',
      })
    if (waited > parts.deadlineMs)
      throw new TestbedError(`agents running: ${running} of ${wanted}, after ${parts.deadlineMs / 60_000} minutes`, {
        hint: 'see what their Auto Scaling group does: aws autoscaling describe-scaling-activities; titus-bed apply goes on',
      })
    await sleep(parts.pollMs, undefined, { signal })
  }
}
