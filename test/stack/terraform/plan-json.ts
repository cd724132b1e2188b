import type { Json } from '../../../schemas/json.ts'
import type { PlanDocument, PlannedChange, PlannedResource } from '../../../stack/terraform/plan-document.ts'

/** A resource of a plan, as `terraform show -json` has it, that nothing happens to unless `change` says so. */
export function plannedResource(
  address: string,
  change: Partial<PlannedChange> = {},
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const [type = '', name = ''] = address.split('.')
  return { address, mode: 'managed', type, name, ...more, change: { actions: ['no-op'], ...change } }
}

/** A plan of these resources. */
export function planDocument(...resources: readonly PlannedResource[]): PlanDocument {
  return { resource_changes: resources }
}

/** An update from one value to another. */
export function updated(before: Json, after: Json, more: Partial<PlannedChange> = {}): PlannedChange {
  return { actions: ['update'], before, after, after_unknown: {}, before_sensitive: {}, after_sensitive: {}, ...more }
}
