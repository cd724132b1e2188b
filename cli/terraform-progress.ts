import type { PlanSummary } from '../stack/terraform.ts'
import { describeEvent, type Action, type TerraformEvent } from '../stack/terraform/events.ts'
import type { Terminal } from './terminal.ts'

/** Shows what Terraform does as it does it: a line that follows the work on a terminal, a line for each thing done elsewhere. */
export function tellTerraform(terminal: Terminal): (event: TerraformEvent) => void {
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
    ...items.map(({ action, address }) => `${SIGNS[action]} ${address}`),
    `${add} to create, ${change} to change, ${destroy} to destroy`,
  ]
}

const SIGNS: Readonly<Record<Action, string>> = { create: '+', update: '~', delete: '-', replace: '±' }
