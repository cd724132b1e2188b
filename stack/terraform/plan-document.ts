import { TestbedError } from '../../schemas/failure.ts'
import type { Json } from '../../schemas/json.ts'

/** What is read of a plan as `terraform show -json PLAN` writes it; all names are Terraform's.
 *  @see developer.hashicorp.com/terraform/internals/json-format, "Plan Representation" and "Change Representation" */
export interface PlanDocument {
  readonly resource_changes?: readonly PlannedResource[]
}

/** A resource of the stack or the state, whether or not it changes. */
export interface PlannedResource {
  readonly address: string
  /** `managed`, or `data` for what is only read. */
  readonly mode: string
  readonly type: string
  readonly name: string
  /** Set for an object that an interrupted replacement left over. */
  readonly deposed?: string
  readonly action_reason?: string
  readonly change: PlannedChange
}

/** A resource before and after. The marks have the shape of the value, with `true` in the place of what is marked. */
export interface PlannedChange {
  readonly actions: readonly string[]
  readonly before?: Json
  readonly after?: Json
  readonly after_unknown?: Json
  readonly before_sensitive?: Json
  readonly after_sensitive?: Json
  /** The paths of the attributes that force a replacement. */
  readonly replace_paths?: readonly (readonly (string | number)[])[]
}

/** Reads the lines of `terraform show -json`, among which a warning may stand.
 *  @throws TestbedError when the plan is not among them, or is of a later format */
export function readPlanDocument(lines: readonly string[]): PlanDocument {
  const text = lines.find((line) => line.startsWith('{'))
  const hint = 'use Terraform 1.6 or later, or OpenTofu'
  if (text === undefined) throw new TestbedError('terraform show gave no plan', { hint })
  try {
    const document = JSON.parse(text) as PlanDocument & { readonly format_version?: string }
    const [major] = (document.format_version ?? '').split('.')
    if (major === '0' || major === '1') return document
  } catch (cause) {
    throw new TestbedError('terraform show gave a plan that is no JSON', { hint, cause })
  }
  throw new TestbedError('terraform show gave a plan of a format that is not known', { hint })
}
