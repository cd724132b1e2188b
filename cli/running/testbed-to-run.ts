import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Invocation } from '../command.ts'
import { refreshTestbed } from '../testbed/refresh-testbed.ts'
import { requireStarted } from '../testbed/require-started.ts'
import { refuseShortOfAgents } from './shortage.ts'

/** The testbed with the machines that it has now, as scenarios find it: started, with its agents, and with the host key of each: who has just
 *  replaced another is waited for.
 *  @throws TestbedError when that cannot be had */
export async function testbedToRun(
  { terminal, signal }: Pick<Invocation, 'terminal' | 'signal'>,
  workspace: Workspace,
  testbed: Testbed,
): Promise<Testbed> {
  const current = await refreshTestbed(workspace, testbed, signal)
  requireStarted(current)
  await refuseShortOfAgents(current, signal)
  if (current.hosts.every(({ bootingSince }) => bootingSince === undefined)) return current
  const { waitForNewHostKeys } = await import('../testbed/wait-for-host-keys.ts')
  return waitForNewHostKeys(workspace, current, terminal, signal)
}
