import type { PlanSummary } from '../../stack/terraform.ts'
import type { Action } from '../../stack/terraform/events.ts'
import type { ResourceChange } from '../../stack/terraform/plan-changes.ts'
import { countOf } from '../../system/count-of.ts'
import { shortValues } from './short-value.ts'

/** Up to how many new resources are shown with their attributes: of a whole testbed they would be hundreds of lines. */
const mostDetailed = 10

/** A plan for a person: what the signs mean, each resource that would change with its attributes, old and new, and what dies with it, then
 *  the sum. */
export function planLines({ add, change, destroy }: PlanSummary, changes: readonly ResourceChange[]): readonly string[] {
  if (changes.length === 0) return ['no changes']
  const created = changes.filter(({ action }) => action === 'create').length
  const detailed = created <= mostDetailed
  return [
    legend(changes),
    ...changes.flatMap((each) => resourceLines(each, detailed || each.action !== 'create')),
    ...(detailed ? [] : [`the attributes of ${countOf(created, 'new resource')} are in terraform/cdk.tf.json of the testbed's folder`]),
    `${add} to create, ${change} to change, ${destroy} to destroy`,
  ]
}

function legend(changes: readonly ResourceChange[]): string {
  const used = Object.entries(signs).filter(([action]) => changes.some((each) => each.action === action))
  return used.map(([, { sign, means }]) => `${sign} ${means}`).join(', ')
}

function resourceLines({ action, address, reason, attributes, knownLater, loss }: ResourceChange, detailed: boolean): readonly string[] {
  const because = reason === undefined ? '' : `: ${reason}`
  const details = attributes.map(({ path, before, after, forces }) => {
    const [old, young] = shortValues(before, after)
    return `    ${path}: ${action === 'create' ? young : `${old} → ${young}`}${forces ? ', forces the replacement' : ''}`
  })
  const later = knownLater > 0 && action === 'replace' ? [`    ${countOf(knownLater, 'more attribute')} known after apply`] : []
  return [
    `${signs[action].sign} ${address}${because}`,
    ...(detailed ? [...details, ...later] : []),
    ...(loss === undefined ? [] : [`    dies with it: ${loss}`]),
  ]
}

const signs: Readonly<Record<Action, { readonly sign: string; readonly means: string }>> = {
  create: { sign: '+', means: 'create' },
  update: { sign: '~', means: 'change' },
  replace: { sign: '-/+', means: 'replace' },
  delete: { sign: '-', means: 'destroy' },
}
