import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { priceLine, priceOf } from '../../stack/price/testbed-price.ts'
import { workspaceAt } from '../../stack/workspace.ts'
import { readStoppedRecord } from '../testbed/stopped-record.ts'
import type { Prepared, RaiseParts } from '../testbed/raise.ts'
import { planLines } from '../testbed/plan-lines.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'

/** `titus-bed plan`: what apply would do, resource by resource and attribute by attribute, and what an hour of it costs. */
export const command: CommandDefinition = {
  arguments: [{ name: '[cluster]', description: 'the cluster file (default: cluster.yaml)', completes: 'yaml' }],
  description:
    'In the lab this starts the region if it is not running (a plan asks the AWS API), and creates nothing in it. Last comes what an hour of the testbed costs on AWS. The stack itself is .titus-bed/NAME/terraform/cdk.tf.json.',
  options: [targetOption, cellOption],
  examples: [['titus-bed plan', 'each resource that would change, old and new, and what dies with it']],
  run: (invocation) => plan(invocation),
}

/** Plans the cluster file that was named, tells each change, and gives the exit code.
 *  @param parts  what planning acts through; the product's own unless given */
export async function plan(invocation: Invocation, parts?: RaiseParts): Promise<number> {
  const { terminal, signal, abandon, cwd } = invocation
  const { cluster, placeOf } = await loadClusterFor(invocation)
  const { withPlan } = await import('../testbed/raise.ts')
  const lines = await withPlan({ cluster, placeOf, cwd, terminal, signal, abandon }, 'plan', changedLines, parts)
  if (readStoppedRecord(workspaceAt(cwd, cluster.name)) !== undefined)
    terminal.err(`testbed ${cluster.name} is stopped, which shows as a difference: apply starts it before it changes anything`)
  for (const line of lines) terminal.out(line)
  const onAws = cluster.target === 'aws' ? '' : 'nothing in the lab; on AWS '
  terminal.out(`price: ${onAws}${priceLine(cluster.region, priceOf(cluster))}`)
  return exitCodes.passed
}

async function changedLines({ plan: look, terraform }: Prepared): Promise<readonly string[]> {
  const planned = await look()
  return planLines(planned, planned.items.length === 0 ? [] : await terraform.changes())
}
