import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inputError } from '../../schemas/failure.ts'
import type { InputError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { writeDurably } from '../../system/durable-file.ts'
import { knownHosts, sshConfig } from '../../stack/openssh-config.ts'
import { privateFolder } from '../../stack/private-folder.ts'
import { workspaceAt } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'

/** Whether a folder of `.titus-bed` keeps the runs on hosts that were not raised here, and nothing that could be destroyed. */
export function isOfHosts(folder: string): boolean {
  return existsSync(join(folder, 'not-raised'))
}

/** The workspace of hosts that were not raised here, for the records of runs and the files that OpenSSH reads.
 *  @throws InputError when a raised testbed has the same name */
export function hostsWorkspace(cwd: string, { name }: Testbed): Workspace {
  const workspace = workspaceAt(cwd, name)
  if (!existsSync(workspace.folder) || isOfHosts(workspace.folder)) return workspace
  throw inputError({
    code: 'name-taken',
    message: `a testbed ${name} was raised here, and the hosts have the same name`,
    hint: 'give the file another name, or write one in it: name: …',
  })
}

/** Makes the workspace, and writes what OpenSSH reads. */
export function writeHostsWorkspace(workspace: Workspace, testbed: Testbed): void {
  privateFolder(workspace.folder)
  writeDurably(join(workspace.folder, 'not-raised'), 'titus-bed did not raise these hosts: apply and destroy leave them alone.\n')
  writeDurably(workspace.knownHosts, knownHosts(testbed))
  writeDurably(workspace.sshConfig, sshConfig(testbed, workspace.knownHosts))
}

/** What a command says that would change hosts which titus-bed did not raise. */
export function notOwned(command: string, what: string): InputError {
  return inputError({
    code: 'not-owned',
    message: `titus-bed did not raise the hosts of ${what}: ${command} does not own them`,
    hint: `run, status, ssh, exec and ssh-config act on them: titus-bed status --testbed-file ${what}`,
  })
}
