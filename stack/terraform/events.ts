/** One thing that Terraform said while it worked. Durations are in seconds, as Terraform counts them. */
export type TerraformEvent =
  | { readonly type: 'started' | 'failed'; readonly address: string; readonly action: Action }
  | { readonly type: 'done'; readonly address: string; readonly action: Action; readonly seconds: number }
  | { readonly type: 'planned'; readonly address: string; readonly action: Action }
  | { readonly type: 'summary'; readonly add: number; readonly change: number; readonly destroy: number }
  | { readonly type: 'outputs'; readonly outputs: Readonly<Record<string, string>> }
  | {
      readonly type: 'diagnostic'
      readonly severity: 'error' | 'warning'
      readonly summary: string
      readonly detail: string
      readonly address?: string
    }

/** What happens to a resource. */
export type Action = 'create' | 'update' | 'delete' | 'replace'

const actions: readonly string[] = ['create', 'update', 'delete', 'replace'] satisfies readonly Action[]
const hooks: Readonly<Record<string, 'started' | 'done' | 'failed'>> = {
  apply_start: 'started',
  apply_complete: 'done',
  apply_errored: 'failed',
}

/** Reads a line of `terraform … -json`; undefined for one that says nothing of these things.
 *  @see developer.hashicorp.com/terraform/internals/machine-readable-ui */
export function parseTerraformLine(line: string): TerraformEvent | undefined {
  const message = parseObject(line)
  if (message === undefined) return undefined
  const type = String(message['type'])
  const hook = message['hook'] as Hook | undefined
  const change = message['change'] as { resource: { addr: string }; action: string } | undefined
  const kind = hooks[type]
  if (kind !== undefined && hook !== undefined && isAction(hook.action)) {
    const about = { address: hook.resource.addr, action: hook.action }
    return kind === 'done' ? { type: kind, ...about, seconds: hook.elapsed_seconds ?? 0 } : { type: kind, ...about }
  }
  if (type === 'planned_change' && change !== undefined && isAction(change.action)) {
    return { type: 'planned', address: change.resource.addr, action: change.action }
  }
  if (type === 'change_summary') {
    const { add, change: changed, remove } = message['changes'] as { add: number; change: number; remove: number }
    return { type: 'summary', add, change: changed, destroy: remove }
  }
  if (type === 'outputs') return { type: 'outputs', outputs: outputValues(message['outputs'] as Outputs) }
  if (type === 'diagnostic') return diagnostic(message['diagnostic'] as Diagnostic)
  return undefined
}

/** The values of `terraform output -json`, and of the last word of an apply. Ours are strings; any other is shown as JSON. */
export function outputValues(outputs: Outputs): Readonly<Record<string, string>> {
  const values = Object.entries(outputs).filter(([, output]) => output.value !== undefined)
  return Object.fromEntries(values.map(([name, { value }]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))
}

/** Outputs as Terraform writes them. During a plan a value may not be known yet. */
export type Outputs = Readonly<Record<string, { readonly value?: unknown }>>

/** A line for a person; undefined for what is not worth one. */
export function describeEvent(event: TerraformEvent): string | undefined {
  if (event.type === 'done') return `${event.address} ${past[event.action]} after ${event.seconds} s`
  if (event.type === 'failed') return `${event.address} failed`
  if (event.type === 'diagnostic' && event.severity === 'warning') return `warning: ${event.summary}`
  return undefined
}

/** What is being done to a resource, in a word. */
export const present: Readonly<Record<Action, string>> = {
  create: 'creating',
  update: 'changing',
  delete: 'destroying',
  replace: 'replacing',
}
const past: Readonly<Record<Action, string>> = { create: 'created', update: 'changed', delete: 'destroyed', replace: 'replaced' }

interface Hook {
  readonly resource: { readonly addr: string }
  readonly action: string
  readonly elapsed_seconds?: number
}

interface Diagnostic {
  readonly severity: 'error' | 'warning'
  readonly summary: string
  readonly detail?: string
  readonly address?: string
}

/** Without its excerpt of the source, which would be a whole line of `cdk.tf.json`. */
function diagnostic({ severity, summary, detail = '', address }: Diagnostic): TerraformEvent {
  return { type: 'diagnostic', severity, summary, detail, ...(address === undefined ? {} : { address }) }
}

function isAction(action: string): action is Action {
  return actions.includes(action)
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
