import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { readTestbed } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Target } from '../target/target.ts'
import type { Progress } from '../terminal/progress.ts'
import type { startMachines, stoppedMachines } from './machine-power.ts'

/** What waking acts through. */
export interface WakeParts {
  readonly stoppedMachines: typeof stoppedMachines
  readonly startMachines: typeof startMachines
}

/** Starts what is stopped of a testbed that was raised before. To Terraform a stopped bastion is one without a public address, which is to be
 *  made anew, so that this comes before any plan.
 *  @param confirm  asked before anything is started
 *  @returns the names of those that were started; undefined when the user said no */
export async function wake(
  workspace: Workspace,
  target: Target,
  confirm: (target: Target) => Promise<boolean>,
  { phase, terminal }: Progress,
  signal: AbortSignal,
  parts: WakeParts,
): Promise<readonly string[] | undefined> {
  const known = knownTestbed(workspace)
  if (known === undefined) return []
  const before = { ...known, api: target.access }
  const stopped = await parts.stoppedMachines(before, signal)
  if (stopped.length === 0) return []
  terminal.err(`stopped: ${stopped.join(', ')}; apply starts what is stopped, and then looks for what has changed`)
  if (!(await confirm(target))) return undefined
  return await phase('start', async () => parts.startMachines(before, terminal.status, signal))
}

/** The testbed as it was raised before, if it was; a damaged file is written anew in the end, and keeps nobody from raising. */
export function knownTestbed(workspace: Workspace): Testbed | undefined {
  try {
    return readTestbed(workspace)
  } catch (error) {
    if (error instanceof TestbedError) return undefined
    throw error
  }
}
