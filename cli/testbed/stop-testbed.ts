import type { Testbed } from '../../schemas/testbed.ts'
import { describeAccount } from '../../stack/account.ts'
import { readCapacity, writeCapacity } from '../../stack/agent-group.ts'
import { lockWorkspace } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { stopMachines } from './machine-power.ts'
import { refreshTestbed, requireRunningLab } from './refresh-testbed.ts'
import { requireSameAccount } from './same-account.ts'
import { readStoppedRecord, writeStoppedRecord } from './stopped-record.ts'
import { groupOf, runningAgents, waitForAgents } from './wait-for-agents.ts'

/** What it takes to stop a testbed, or to start it again. */
export interface PowerRequest {
  readonly workspace: Workspace
  readonly testbed: Testbed
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** What stopping acts through. */
export interface StopParts {
  readonly describeAccount: typeof describeAccount
  readonly requireRunningLab: typeof requireRunningLab
  readonly refreshTestbed: typeof refreshTestbed
  readonly readCapacity: typeof readCapacity
  readonly writeCapacity: typeof writeCapacity
  readonly waitForAgents: typeof waitForAgents
  readonly stopMachines: typeof stopMachines
}

const usualParts: StopParts = {
  describeAccount,
  requireRunningLab,
  refreshTestbed,
  readCapacity,
  writeCapacity,
  waitForAgents,
  stopMachines,
}

/** What came of it. */
export interface Stopped {
  readonly testbed: Testbed
  /** How many agents were ended now. */
  readonly agents: number
  /** The names of the machines that were stopped now. */
  readonly machines: readonly string[]
}

/** Stops a testbed: the group of its agents is set to none, since it would replace members that are only stopped, and what it had is
 *  remembered; then the machines stop. Interrupted, it is taken up by doing it again.
 *  @throws TestbedError */
export async function stopTestbed({ workspace, testbed, say, signal }: PowerRequest, parts: StopParts = usualParts): Promise<Stopped> {
  const lock = lockWorkspace(workspace, 'stop')
  try {
    await parts.requireRunningLab(workspace, testbed)
    requireSameAccount(testbed.name, testbed.account, (await parts.describeAccount(testbed.api, testbed.region, signal)).id)
    // What one look found, a host key among it, need not be found again by the next.
    let seen = testbed
    const describe = async () => (seen = await parts.refreshTestbed(workspace, seen, signal))
    const now = await describe()
    const group = groupOf(testbed)
    const capacity = await parts.readCapacity(group, signal)
    // None twice over is what an earlier stop has left: what was there before it is on record.
    if (capacity.min + capacity.desired > 0 || readStoppedRecord(workspace) === undefined)
      writeStoppedRecord(workspace, { at: new Date().toISOString(), agents: capacity })
    await parts.writeCapacity(group, { ...capacity, min: 0, desired: 0 }, signal)
    await parts.waitForAgents(describe, 0, (line) => say(`stop: ${line}`), signal)
    const machines = await parts.stopMachines(now, (line) => say(`stop: ${line}`), signal)
    return { testbed: await describe(), agents: runningAgents(now), machines }
  } finally {
    lock.release()
  }
}
