import type { JsonObject } from '../../schemas/json.ts'
import { compareValues } from './compare-values.ts'
import type { AttributeChange } from './compare-values.ts'
import type { Action } from './events.ts'
import { lossOf } from './losses.ts'
import type { PlanDocument, PlannedResource } from './plan-document.ts'

/** What a plan does to one resource. */
export interface ResourceChange {
  readonly address: string
  readonly action: Action
  /** Why it is replaced or destroyed, where no attribute says so, as a clause. */
  readonly reason?: string
  /** Those that differ. What is made anew has others that nobody knows before: `knownLater` counts them. */
  readonly attributes: readonly AttributeChange[]
  readonly knownLater: number
  /** What dies with it. */
  readonly loss?: string
}

/** The resources that a plan changes, in the order of the stack file; those that the file has no more come last.
 *  @param stack  the content of `cdk.tf.json` */
export function planChanges({ resource_changes: all = [] }: PlanDocument, stack: JsonObject): readonly ResourceChange[] {
  const order = stackOrder(stack)
  const rank = ({ type, name }: PlannedResource) => order.get(`${type}.${name}`) ?? order.size
  return all
    .filter(({ mode }) => mode === 'managed')
    .toSorted((a, b) => rank(a) - rank(b))
    .flatMap((resource) => {
      const action = actionOf(resource.change.actions)
      return action === undefined ? [] : [changeOf(resource, action, all)]
    })
}

function changeOf(resource: PlannedResource, action: Action, all: readonly PlannedResource[]): ResourceChange {
  const differing = action === 'delete' ? [] : withoutEchoes(compareValues(resource.change))
  const isMadeAnew = action === 'replace' || action === 'create'
  const told = differing.filter((each) => !isMadeAnew || each.forces || !isDefaultGone(each))
  const attributes = told.filter(({ after, forces }) => !isMadeAnew || forces || after !== 'unknown')
  const reason = reasons[resource.action_reason ?? '']
  const loss = lossOf(resource, action, all)
  return {
    address: resource.deposed === undefined ? resource.address : `${resource.address} (left over by a replacement)`,
    action,
    ...(reason === undefined ? {} : { reason }),
    attributes,
    knownLater: told.length - attributes.length,
    ...(loss === undefined ? {} : { loss }),
  }
}

/** Terraform's `tags_all` says again what `tags` says. */
function withoutEchoes(attributes: readonly AttributeChange[]): readonly AttributeChange[] {
  const paths = new Set(attributes.map(({ path }) => path))
  return attributes.filter(({ path }) => !(path.startsWith('tags_all') && paths.has(path.replace('tags_all', 'tags'))))
}

/** Whether AWS had filled in that there is none of something, as it will again: the stack says nothing of it. */
function isDefaultGone({ before, after }: AttributeChange): boolean {
  return after === 'absent' && typeof before === 'object' && (before.value === false || before.value === 0 || before.value === '')
}

function actionOf(actions: readonly string[]): Action | undefined {
  return actions.length === 2 ? 'replace' : changing.find((action) => action === actions[0])
}

const changing: readonly Action[] = ['create', 'update', 'delete']

/** Terraform's reasons, in words. */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it was left half made',
  replace_by_request: 'this was asked for',
  replace_by_triggers: 'what it is made from changes',
  delete_because_no_resource_config: 'the stack has it no more',
}

/** Where each resource stands in the stack file. */
function stackOrder({ resource = {} }: JsonObject): ReadonlyMap<string, number> {
  const addresses = Object.entries(resource as JsonObject).flatMap(([type, named]) =>
    Object.keys(named as JsonObject).map((name) => `${type}.${name}`),
  )
  return new Map(addresses.map((address, index) => [address, index]))
}
