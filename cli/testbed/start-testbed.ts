import type { Testbed } from '../../schemas/testbed.ts'
import { describeAccount } from '../../stack/account.ts'
import { readCapacity, writeCapacity } from '../../stack/agent-group.ts'
import { lockWorkspace } from '../../stack/workspace.ts'
import type { Target } from '../target/target.ts'
import { startMachines } from './machine-power.ts'
import { refreshTestbed, requireRunningLab } from './refresh-testbed.ts'
import { requireSameAccount } from './same-account.ts'
import type { PowerRequest } from './stop-testbed.ts'
import { forgetStopped, readStoppedRecord } from './stopped-record.ts'
import { groupOf, waitForAgents } from './wait-for-agents.ts'
import { waitForBoot } from './wait-for-boot.ts'
import { waitForServices } from './wait-for-services.ts'

/** What starting acts through. */
export interface StartParts {
  readonly describeAccount: typeof describeAccount
  readonly requireRunningLab: typeof requireRunningLab
  readonly refreshTestbed: typeof refreshTestbed
  readonly readCapacity: typeof readCapacity
  readonly writeCapacity: typeof writeCapacity
  readonly startMachines: typeof startMachines
  readonly waitForAgents: typeof waitForAgents
  readonly waitForBoot: typeof waitForBoot
  readonly waitForServices: typeof waitForServices
}

const usualParts: StartParts = {
  describeAccount,
  requireRunningLab,
  refreshTestbed,
  readCapacity,
  writeCapacity,
  startMachines,
  waitForAgents,
  waitForBoot,
  waitForServices,
}

/** What came of it. */
export interface Started {
  readonly testbed: Testbed
  /** The names of the machines that were started now. */
  readonly machines: readonly string[]
}

/** Starts a testbed that was stopped, by us or by somebody else: its machines, then as many agents as there were. Waits until all have booted.
 *  @param target  what it knows of its machines
 *  @throws TestbedError */
export async function startTestbed(
  { workspace, testbed, say, signal }: PowerRequest,
  target: Pick<Target, 'failedMachine' | 'readConsole'>,
  parts: StartParts = usualParts,
): Promise<Started> {
  const lock = lockWorkspace(workspace, 'start')
  try {
    await parts.requireRunningLab(workspace, testbed)
    requireSameAccount(testbed.name, testbed.account, (await parts.describeAccount(testbed.api, testbed.region, signal)).id)
    // Whoever was stopped has another public address now, and each look starts from the one before.
    let current = await parts.refreshTestbed(workspace, testbed, signal)
    const describe = async () => (current = await parts.refreshTestbed(workspace, current, signal))
    const machines = await parts.startMachines(current, (line) => say(`start: ${line}`), signal)
    const group = groupOf(testbed)
    const before = readStoppedRecord(workspace)
    if (before !== undefined) await parts.writeCapacity(group, before.agents, signal)
    const { desired } = before?.agents ?? (await parts.readCapacity(group, signal))
    await describe()
    const up = await parts.waitForAgents(describe, desired, (line) => say(`start: ${line}`), signal)
    await parts.waitForBoot(up, target, (name, state) => say(`boot: ${name} ${state}`), signal)
    await parts.waitForServices(up, machines, say, signal)
    forgetStopped(workspace)
    return { testbed: up, machines }
  } finally {
    lock.release()
  }
}
