import type { LabMachine } from '../../lab/lab.ts'
import { flag, testbedOption, type CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { refreshTestbed } from '../refresh-testbed.ts'
import { selectTestbed } from '../select-testbed.ts'
import { labFolder } from '../lab-access.ts'

/** `titus-bed status`: the machines that exist now, and how to reach them. */
export const statusCommand: CommandDefinition = {
  name: 'status',
  summary: 'the machines of the testbed, as they are now',
  options: [testbedOption, { flags: '--json', description: 'the testbed as JSON' }],
  examples: [
    ['titus-bed status', 'a line for each machine'],
    ['titus-bed status --json', 'all that is known, for other programs'],
  ],
  async run(invocation) {
    const { terminal } = invocation
    const { workspace, testbed: raised } = selectTestbed(invocation)
    const testbed = await refreshTestbed(workspace, raised)
    if (flag(invocation, 'json')) {
      terminal.out(JSON.stringify(testbed, null, 2))
      return exitCodes.passed
    }
    const machines = testbed.target === 'lab' ? await (await import('../../lab/index.ts')).listMachines(labFolder(workspace)) : []
    terminal.out(`testbed ${testbed.name} on ${testbed.target}, account ${testbed.account}, region ${testbed.region}`)
    const width = Math.max(...testbed.hosts.map(({ name }) => name.length))
    for (const host of testbed.hosts) {
      const state = machines.find(({ instanceId }) => instanceId === host.instanceId)
      terminal.out(`  ${host.name.padEnd(width)}  ${host.address.padEnd(15)}  ${host.instanceId}  ${describeState(state)}`.trimEnd())
    }
    if (testbed.api.endpoint !== undefined)
      terminal.out(`AWS API ${testbed.api.endpoint}: eval "$(titus-bed env)" points the aws CLI at it`)
    terminal.out('titus-bed ssh HOST opens a shell; titus-bed destroy removes everything')
    return exitCodes.passed
  },
}

function describeState(machine: LabMachine | undefined): string {
  return machine === undefined ? '' : machine.state
}
