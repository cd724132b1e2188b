import type { Testbed } from '../../schemas/testbed.ts'
import { describeAccount } from '../../stack/account.ts'
import { readCapacity, writeCapacity } from '../../stack/agent-group.ts'
import { lockWorkspace } from '../../stack/workspace.ts'
import type { Progress } from '../terminal/progress.ts'
import { bringUp, bringUpParts } from './bring-up.ts'
import type { BringUpParts, BringUpRequest } from './bring-up.ts'
import { startMachines } from './machine-power.ts'
import { refreshTestbed, requireRunningLab } from './refresh-testbed.ts'
import { requireSameAccount } from './same-account.ts'
import type { PowerRequest } from './stop-testbed.ts'
import { readStoppedRecord } from './stopped-record.ts'
import { groupOf } from './wait-for-agents.ts'

/** What starting acts through. */
export interface StartParts extends BringUpParts {
  readonly describeAccount: typeof describeAccount
  readonly requireRunningLab: typeof requireRunningLab
  readonly refreshTestbed: typeof refreshTestbed
  readonly readCapacity: typeof readCapacity
  readonly writeCapacity: typeof writeCapacity
  readonly startMachines: typeof startMachines
}

const usualParts: StartParts = {
  describeAccount,
  requireRunningLab,
  refreshTestbed,
  readCapacity,
  writeCapacity,
  startMachines,
  ...bringUpParts,
}

/** What came of it. */
export interface Started {
  readonly testbed: Testbed
  /** The names of the machines that were started now. */
  readonly machines: readonly string[]
  /** The names of the agents that their group has launched now: new machines with host keys of their own, not those that were stopped. */
  readonly newAgents: readonly string[]
}

/** Starts a testbed that was stopped, by us or by somebody else: its machines, then as many agents as there were. Waits until all have booted.
 *  @param target  what it knows of its machines
 *  @throws TestbedError */
export async function startTestbed(
  { workspace, testbed, signal }: Omit<PowerRequest, 'say'>,
  target: BringUpRequest['target'],
  progress: Progress,
  parts: StartParts = usualParts,
): Promise<Started> {
  const lock = lockWorkspace(workspace, 'start')
  try {
    await parts.requireRunningLab(workspace, testbed)
    requireSameAccount(testbed.name, testbed.account, (await parts.describeAccount(testbed.api, testbed.region, signal)).id)
    // Whoever was stopped has another public address now, and each look starts from the one before.
    let current = await parts.refreshTestbed(workspace, testbed, signal)
    const describe = async () => (current = await parts.refreshTestbed(workspace, current, signal))
    const before = new Set(current.hosts.map(({ instanceId }) => instanceId))
    const say = progress.terminal.status
    const machines = await progress.phase('start', async () => parts.startMachines(current, say, signal))
    const group = groupOf(testbed)
    const stopped = readStoppedRecord(workspace)
    if (stopped !== undefined) await parts.writeCapacity(group, stopped.agents, signal)
    const { desired } = stopped?.agents ?? (await parts.readCapacity(group, signal))
    await describe()
    const up = await bringUp({ workspace, target, describe, agents: desired, started: machines, progress, signal }, parts)
    const launched = up.hosts.filter((host) => host.group !== undefined && !before.has(host.instanceId))
    return { testbed: up, machines, newAgents: launched.map(({ name }) => name) }
  } finally {
    lock.release()
  }
}
