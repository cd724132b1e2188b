import type { AwsAccess } from '../../schemas/testbed.ts'
import { openTerraform } from '../../stack/terraform.ts'
import type { PlanSummary, Terraform } from '../../stack/terraform.ts'
import { describeEvent } from '../../stack/terraform/events.ts'
import type { Action, TerraformEvent } from '../../stack/terraform/events.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Invocation } from '../command.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { pathWithTools } from '../product/tools.ts'

/** Terraform in the folder of a testbed, with what it does shown as it does it.
 *  @throws TestbedError as `openTerraform` does */
export async function openShownTerraform(
  { terminal, signal, abandon }: Pick<Invocation, 'terminal' | 'signal' | 'abandon'>,
  workspace: Workspace,
  region: string,
  access: AwsAccess,
): Promise<Terraform> {
  return openTerraform({
    folder: workspace.terraform,
    region,
    access,
    signal,
    kill: abandon,
    env: { ...process.env, PATH: pathWithTools() },
    onEvent: tellTerraform(terminal),
    onWait: (line) => terminal.status(line),
  })
}

/** A line that follows the work on a terminal, a line for each thing done elsewhere. */
function tellTerraform(terminal: Terminal): (event: TerraformEvent) => void {
  let done = 0
  return (event) => {
    const line = describeEvent(event)
    if (line === undefined) return
    if (event.type === 'done') done += 1
    if (terminal.interactive) terminal.status(`terraform: ${done} done, ${line}`)
    else if (event.type !== 'started') terminal.err(`terraform: ${line}`)
  }
}

/** A plan for a person: a line for each resource that would change, then the sum. */
export function planLines({ items, add, change, destroy }: PlanSummary): readonly string[] {
  if (items.length === 0) return ['no changes']
  return [
    ...items.map(({ action, address }) => `${signs[action]} ${address}`),
    `${add} to create, ${change} to change, ${destroy} to destroy`,
  ]
}

const signs: Readonly<Record<Action, string>> = { create: '+', update: '~', delete: '-', replace: '±' }
