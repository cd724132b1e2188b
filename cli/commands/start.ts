import { countOf } from '../../system/count-of.ts'
import { testbedOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { typedHere } from '../product/typed-as.ts'
import { selectRaised } from '../testbed/select-testbed.ts'
import type { StartParts } from '../testbed/start-testbed.ts'

/** `titus-bed start`: a testbed that was stopped, as it was before. */
export const command: CommandDefinition = {
  description:
    'Starts the machines in the order in which one stands on the other, finds the new public address of the bastion, gives the Auto Scaling group of the agents what it had, and waits until all have booted. Agents are new machines, and an instance group has to be activated again.',
  options: [testbedOption],
  examples: [
    ['titus-bed start', 'the testbed raised last'],
    ['titus-bed start --testbed blue', 'this one'],
  ],
  run: (invocation) => start(invocation),
}

/** Starts the testbed that was named, or the one raised last, and gives the exit code.
 *  @param parts  what starting acts through; the product's own unless given */
export async function start(invocation: Invocation, parts?: StartParts): Promise<number> {
  const { terminal, signal } = invocation
  const began = performance.now()
  const { workspace, testbed } = selectRaised(invocation, 'start')
  const [{ startTestbed }, { openWatch }, { warnOnce }, { openProgress }] = await Promise.all([
    import('../testbed/start-testbed.ts'),
    import('../target/watch.ts'),
    import('../terminal/warn-once.ts'),
    import('../terminal/progress.ts'),
  ])
  const progress = openProgress(terminal)
  const target = openWatch(testbed, workspace, signal, warnOnce(terminal))
  const { testbed: up, machines, newAgents } = await startTestbed({ workspace, testbed, signal }, target, progress, parts)
  const started = machines.length === 0 ? 'every machine ran' : `${countOf(machines.length, 'machine')} started`
  const what = newAgents.length === 0 ? started : `${started}, ${countOf(newAgents.length, 'agent')} launched anew`
  terminal.out(
    `testbed ${up.name} is up: ${what}, ${countOf(up.hosts.length, 'machine')} ready after ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  if (newAgents.length > 0)
    terminal.err(
      `new machines with new host keys: ${newAgents.join(', ')}; they take no work until their instance group is activated, which the scenarios begin with`,
    )
  terminal.err(`next: ${typedHere(invocation.cwd)} run scenarios/*.yaml`)
  return exitCodes.passed
}
