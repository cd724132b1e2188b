import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { priceLine, priceOf } from '../../stack/price/testbed-price.ts'
import { workspaceAt } from '../../stack/workspace.ts'
import { readStoppedRecord } from '../testbed/stopped-record.ts'
import type { RaiseParts } from '../testbed/raise.ts'
import { planLines } from '../testbed/terraform-progress.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'

/** `titus-bed plan`: what apply would do, resource by resource, and what an hour of it costs. */
export const command: CommandDefinition = {
  arguments: [{ name: '[cluster]', description: 'the cluster file (default: cluster.yaml)', completes: 'yaml' }],
  description:
    'In the lab this starts the region if it is not running (a plan asks the AWS API), and creates nothing in it. Last comes what an hour of the testbed costs on AWS. The stack itself is .titus-bed/NAME/terraform/cdk.tf.json.',
  options: [targetOption, cellOption],
  examples: [['titus-bed plan', 'a line for each resource that would change']],
  run: (invocation) => plan(invocation),
}

/** Plans the cluster file that was named, tells each change, and gives the exit code.
 *  @param parts  what planning acts through; the product's own unless given */
export async function plan(invocation: Invocation, parts?: RaiseParts): Promise<number> {
  const { terminal, signal, abandon, cwd } = invocation
  const cluster = await loadClusterFor(invocation)
  const { withPlan } = await import('../testbed/raise.ts')
  const planned = await withPlan({ cluster, cwd, terminal, signal, abandon }, 'plan', (prepared) => prepared.plan(), parts)
  if (readStoppedRecord(workspaceAt(cwd, cluster.name)) !== undefined)
    terminal.err(`testbed ${cluster.name} is stopped, which shows as a difference: apply starts it before it changes anything`)
  for (const line of planLines(planned)) terminal.out(line)
  const onAws = cluster.target === 'aws' ? '' : 'nothing in the lab; on AWS '
  terminal.out(`price: ${onAws}${priceLine(cluster.region, priceOf(cluster))}`)
  return exitCodes.passed
}
