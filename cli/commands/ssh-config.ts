import { anyTestbedOptions } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { refreshTestbed } from '../testbed/refresh-testbed.ts'
import { selectTestbed } from '../testbed/select-testbed.ts'

/** `titus-bed ssh-config`: a configuration for plain OpenSSH, with every hop and every host key in it. */
export const command: CommandDefinition = {
  options: anyTestbedOptions,
  examples: [['titus-bed ssh-config > f && ssh -F f gateway', 'then scp, rsync, an editor: whatever speaks ssh']],
  async run(invocation) {
    const { workspace, testbed } = selectTestbed(invocation)
    const { sshConfig } = await import('../../stack/openssh-config.ts')
    invocation.terminal.raw(sshConfig(await refreshTestbed(workspace, testbed), workspace.knownHosts))
    return exitCodes.passed
  },
}
