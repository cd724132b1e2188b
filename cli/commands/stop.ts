import { countOf } from '../../system/count-of.ts'
import { testbedOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { asTypedHere, typedHere } from '../product/typed-as.ts'
import { selectRaised } from '../testbed/select-testbed.ts'
import type { StopParts } from '../testbed/stop-testbed.ts'

/** `titus-bed stop`: a testbed that is not needed for a while, without what of it costs most. */
export const command: CommandDefinition = {
  description:
    'Ends the agents, with what runs on them, by setting their Auto Scaling group to none (what it had is remembered), and then stops the other machines; their disks stay. titus-bed start brings it all back. Interrupted, it is taken up by typing it again.',
  options: [testbedOption],
  examples: [
    ['titus-bed stop', 'the testbed raised last'],
    ['titus-bed stop --testbed blue', 'this one'],
  ],
  run: (invocation) => stop(invocation),
}

/** Stops the testbed that was named, or the one raised last, says what goes on costing, and gives the exit code.
 *  @param parts  what stopping acts through; the product's own unless given */
export async function stop(invocation: Invocation, parts?: StopParts): Promise<number> {
  const { terminal, signal } = invocation
  const { workspace, testbed } = selectRaised(invocation, 'stop')
  const { stopTestbed } = await import('../testbed/stop-testbed.ts')
  const { agents, machines } = await stopTestbed({ workspace, testbed, say: (line) => terminal.status(line), signal }, parts)
  const what =
    machines.length + agents === 0 ? 'it was before' : `${countOf(machines.length, 'machine')} stopped, ${countOf(agents, 'agent')} ended`
  terminal.out(`testbed ${testbed.name} is stopped: ${what}`)
  if (testbed.target === 'aws')
    terminal.out(
      asTypedHere(
        'these go on costing: the NAT gateway and its address, the disks of the machines, what is in the log bucket (titus-bed destroy ends that)',
      ),
    )
  terminal.err(`next: ${typedHere(invocation.cwd)} start`)
  return exitCodes.passed
}
