import { confirmOnAws } from '../testbed/confirm.ts'
import { flag } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'
import { priceOf } from '../../stack/price/testbed-price.ts'
import { typedHere } from '../product/typed-as.ts'
import { leaseOf, leaseOption } from '../testbed/lease.ts'
import { countOf } from '../../system/count-of.ts'

/** `titus-bed apply`: raises what the cluster file describes; again, it changes only what is not as the file says. */
export const command: CommandDefinition = {
  arguments: [{ name: '[cluster]', description: 'the cluster file (default: cluster.yaml)', completes: 'yaml' }],
  description:
    'Checks the file, synthesises the stack, starts the lab if need be, applies the stack with Terraform, and waits until the first boot of every machine has ended. On AWS it shows account, region and what an hour costs, and asks first. After an interruption, apply goes on and destroy removes.',
  options: [targetOption, cellOption, leaseOption, { flags: '--yes', description: 'do not ask before spending on AWS' }],
  examples: [
    ['titus-bed apply', 'cluster.yaml, in the lab unless it says otherwise'],
    ['titus-bed apply cluster.yaml --target aws', 'the same on AWS'],
    ['titus-bed apply --cell m5.large', 'one cell of the matrix'],
    ['titus-bed apply --target aws --lease 8h', 'for a working day: titus-bed reap --yes destroys what is left then'],
  ],
  run: (invocation) => apply(invocation),
}

/** Applies the cluster file that was named, tells what came of it, and gives the exit code.
 *  @param loadRaise  loads what raises: it is heavy, and not wanted for a file with mistakes */
export async function apply(
  invocation: Invocation,
  loadRaise: () => Promise<Pick<typeof import('../testbed/raise.ts'), 'raise'>> = () => import('../testbed/raise.ts'),
): Promise<number> {
  const { terminal, signal, abandon, cwd } = invocation
  const began = performance.now()
  const { cluster, placeOf } = await loadClusterFor(invocation)
  const lease = leaseOf(invocation)
  const { raise } = await loadRaise()
  const confirm = confirmOnAws(
    { what: 'Apply', region: cluster.region, price: priceOf(cluster) },
    flag(invocation, 'yes'),
    terminal,
    signal,
  )
  const raised = await raise({ cluster, placeOf, cwd, terminal, signal, abandon, confirm, lease })
  if (raised === undefined) return exitCodes.usage
  const { changes, testbed } = raised
  const made = changes.add + changes.change + changes.destroy
  const what = made === 0 ? 'no changes' : `${changes.add} created, ${changes.change} changed, ${changes.destroy} destroyed`
  terminal.out(
    `testbed ${testbed.name} is up: ${what}, ${countOf(testbed.hosts.length, 'machine')} ready after ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  terminal.err(`next: ${typedHere(cwd)} run scenarios/*.yaml`)
  return exitCodes.passed
}
