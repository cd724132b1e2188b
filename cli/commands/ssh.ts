import { anyTestbedOptions } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { openShell } from '../terminal/open-shell.ts'
import { hostArgument } from '../testbed/host-argument.ts'
import { currentHost } from '../testbed/refresh-testbed.ts'
import { writeHostsWorkspace } from '../testbed/hosts-workspace.ts'
import { selectTestbed } from '../testbed/select-testbed.ts'

/** `titus-bed ssh HOST`: a shell on a machine, by the OpenSSH of this computer. */
export const command: CommandDefinition = {
  arguments: [hostArgument, { name: '[command...]', description: 'what to run there instead of a shell' }],
  description: 'The exit code is that of OpenSSH: the one of what ran there, or 255 when the machine could not be reached.',
  options: anyTestbedOptions,
  passThrough: true,
  examples: [
    ['titus-bed ssh gateway', 'a shell on the Titus gateway'],
    ['titus-bed ssh agents[0] docker ps', 'one command'],
  ],
  async run(invocation) {
    const { workspace, testbed } = selectTestbed(invocation)
    const [name = '', ...command] = invocation.arguments
    const { host } = await currentHost(workspace, testbed, name)
    if (testbed.target === 'hosts') writeHostsWorkspace(workspace, testbed)
    const code = await openShell(workspace.sshConfig, host.name, command, invocation.signal)
    return invocation.signal.aborted ? exitCodes.interrupted : (code ?? exitCodes.testbed)
  },
}
