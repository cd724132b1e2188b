import { confirmOnAws } from '../testbed/confirm.ts'
import { anyTestbedOptions, flag, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { RemoveParts, RemoveRequest } from '../testbed/remove.ts'
import { workspaceAt } from '../../stack/workspace.ts'
import { isOfHosts, notOwned } from '../testbed/hosts-workspace.ts'
import { knownWorkspaces, selectWorkspace, testbedAbove } from '../testbed/select-testbed.ts'
import { readTargetRecord } from '../target/target-record.ts'

/** `titus-bed destroy`: removes all of a testbed, also one that was left half-made. */
export const command: CommandDefinition = {
  description:
    'Works from .titus-bed/NAME alone, after any interruption, and may be repeated. Keys and the records of runs stay there. Hosts of `--testbed-file` were not raised here: destroy does not own them, and says so.',
  options: [
    ...anyTestbedOptions,
    { flags: '--yes', description: 'do not ask before removing from AWS' },
    { flags: '--now', description: 'lab: take the region down at once, without destroying resource by resource' },
  ],
  examples: [
    ['titus-bed destroy', 'the testbed raised last'],
    ['titus-bed destroy --testbed blue', 'this one'],
  ],
  run: (invocation) => destroy(invocation),
}

/** Destroys the testbed that was named, or the one raised last, and gives the exit code.
 *  @param parts  what removing acts through; the product's own unless given */
export async function destroy(invocation: Invocation, parts?: RemoveParts): Promise<number> {
  const { terminal, signal, abandon, cwd } = invocation
  const [file, name] = [textOption(invocation, 'testbedFile'), textOption(invocation, 'testbed')]
  if (file !== undefined) throw notOwned('destroy', file)
  if (name !== undefined && isOfHosts(workspaceAt(cwd, name).folder)) throw notOwned('destroy', name)
  if (knownWorkspaces(cwd).length === 0) {
    terminal.out('there is no testbed here; nothing to destroy')
    const above = testbedAbove(cwd)
    if (above !== undefined) terminal.err(`if one of a folder above is meant: ${above}`)
    return exitCodes.passed
  }
  const workspace = selectWorkspace(invocation)
  const { remove } = await import('../testbed/remove.ts')
  // The record is read when somebody is asked, which is on AWS alone: a damaged one must not keep a lab from being taken down.
  const confirm: RemoveRequest['confirm'] = (target) =>
    confirmOnAws(
      { what: 'Destroy the testbed', region: readTargetRecord(workspace)?.region ?? '' },
      flag(invocation, 'yes'),
      terminal,
      signal,
    )(target)
  if (!(await remove({ workspace, terminal, signal, abandon, confirm, now: flag(invocation, 'now') }, parts))) {
    terminal.err('nothing was removed')
    return exitCodes.usage
  }
  terminal.out(`testbed ${workspace.name} is gone`)
  return exitCodes.passed
}
