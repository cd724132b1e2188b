import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { planLines } from '../testbed/terraform-progress.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'

/** `titus-bed plan`: what apply would do, resource by resource. */
export const command: CommandDefinition = {
  arguments: [{ name: '[cluster]', description: 'the cluster file (default: cluster.yaml)' }],
  description:
    'In the lab this starts the region if it is not running (a plan asks the AWS API), and creates nothing in it. The stack itself is .titus-bed/NAME/terraform/cdk.tf.json.',
  options: [targetOption, cellOption],
  examples: [['titus-bed plan', 'a line for each resource that would change']],
  async run(invocation) {
    const { terminal, signal, abandon, cwd } = invocation
    const cluster = await loadClusterFor(invocation)
    const { withPlan } = await import('../testbed/raise.ts')
    const plan = await withPlan({ cluster, cwd, terminal, signal, abandon }, 'plan', async (prepared) => prepared.plan)
    for (const line of planLines(plan)) terminal.out(line)
    return exitCodes.passed
  },
}
