import type { AwsAccess, Testbed } from '../../schemas/testbed.ts'
import { readConsole } from '../../stack/console.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { labFolder } from '../product/folders.ts'
import { readLabConsole } from './lab-console.ts'
import type { Target } from './target.ts'

/** What a target knows of its machines. */
export type MachineWatch = Pick<Target, 'failedMachine' | 'readConsole'>

/** What the target of a raised testbed knows of its machines.
 *  @param warn  told what this computer could not give a machine of a lab; nobody is, unless given */
export function openWatch(
  { target, region, api }: Testbed,
  workspace: Workspace,
  signal?: AbortSignal,
  warn: (line: string) => void = () => undefined,
): MachineWatch {
  return target === 'lab' ? watchLab(workspace, warn) : watchAws(api, region, signal)
}

/** What a lab knows of a machine that failed, and what its machines said. @param warn  told what this computer could not give a machine */
export function watchLab(workspace: Workspace, warn: (line: string) => void): MachineWatch {
  const stateDir = labFolder(workspace)
  const readConsole = (instanceId: string) => readLabConsole(stateDir, instanceId)
  const failedMachine = async () => {
    const machines = await (await import('../../lab/index.ts')).listMachines(stateDir)
    for (const { name, warning } of machines) if (warning !== undefined) warn(`${name}: ${warning}`)
    const failed = machines.find(({ state }) => state === 'failed')
    return failed === undefined ? undefined : { instanceId: failed.instanceId, log: await readConsole(failed.instanceId) }
  }
  return { failedMachine, readConsole }
}

/** What AWS knows of a machine: its console, and not whether it failed. */
export function watchAws(access: AwsAccess, region: string, signal?: AbortSignal): MachineWatch {
  return {
    failedMachine: async () => undefined,
    readConsole: (instanceId) => readConsole(access, region, instanceId, signal),
  }
}
