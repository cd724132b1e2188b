import type { AwsAccess } from '../../schemas/testbed.ts'
import { openTerraform } from '../../stack/terraform.ts'
import type { Terraform } from '../../stack/terraform.ts'
import { describeEvent, present } from '../../stack/terraform/events.ts'
import type { TerraformEvent } from '../../stack/terraform/events.ts'
import type { Workspace } from '../../stack/workspace.ts'
import type { Invocation } from '../command.ts'
import type { Progress } from '../terminal/progress.ts'
import { pathWithTools } from '../product/tools.ts'

/** Terraform in the folder of a testbed, with what it does shown as it does it.
 *  @throws TestbedError as `openTerraform` does */
export async function openShownTerraform(
  { progress, signal, abandon }: Pick<Invocation, 'signal' | 'abandon'> & { readonly progress: Progress },
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
    onEvent: tellTerraform(progress),
    onWait: progress.terminal.status,
  })
}

/** A line for each resource that is at work on a terminal, a line for each that is done elsewhere. */
function tellTerraform({ terminal, part }: Progress): (event: TerraformEvent) => void {
  return (event) => {
    const line = describeEvent(event)
    if (event.type === 'started') part(event.address, present[event.action], 'working')
    if (event.type === 'done') part(event.address, 'done', 'gone')
    if (event.type === 'failed') part(event.address, 'failed', 'done')
    if (line === undefined) return
    if (event.type === 'diagnostic' || !terminal.interactive) terminal.err(`terraform: ${line}`)
  }
}
