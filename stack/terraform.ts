import { existsSync, rmSync, truncateSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { terraformEnvironment } from './terraform/environment.ts'
import { outputValues, parseTerraformLine } from './terraform/events.ts'
import type { Action, Outputs, TerraformEvent } from './terraform/events.ts'
import { terraformFailure } from './terraform/terraform-failure.ts'
import { initialise } from './terraform/initialise.ts'
import { outputFile, planFile, processFile, stackFile, stateFile } from './terraform/layout.ts'
import { awaitOrphan, killOrphan } from './terraform/orphan.ts'
import { planChanges } from './terraform/plan-changes.ts'
import type { ResourceChange } from './terraform/plan-changes.ts'
import { readPlanDocument } from './terraform/plan-document.ts'
import { findTerraform } from './terraform/program.ts'
import { findProviderMirror } from './terraform/provider-mirror.ts'
import { runTerraform } from './terraform/run.ts'
import { readStackFile } from './terraform/stack-file.ts'
import { savedOutputs } from './terraform/saved-outputs.ts'

/** What a plan would do, or an apply has done. */
export interface PlanSummary {
  readonly add: number
  readonly change: number
  readonly destroy: number
  /** By address. */
  readonly items: readonly { readonly address: string; readonly action: Action }[]
}

/** How to work with Terraform. */
export interface TerraformOptions {
  /** The folder that holds `cdk.tf.json`, and then the state. Nobody else may work in it meanwhile (see `lockWorkspace`). */
  readonly folder: string
  readonly region: string
  readonly access: AwsAccess
  /** Shown to a person or not: what happens to each resource, as it happens. */
  readonly onEvent?: (event: TerraformEvent) => void
  /** What else takes time. */
  readonly onWait?: (line: string) => void
  /** Asks for an orderly stop: what is being made is finished, the state is saved. */
  readonly signal?: AbortSignal
  /** Stops at once; what is being made may be forgotten. */
  readonly kill?: AbortSignal
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Terraform (or OpenTofu), ready in its folder. Every call may throw a TestbedError: with what Terraform said, or that it was interrupted. */
export interface Terraform {
  /** Says what is not as the stack wants it, and keeps the plan for `apply({ planned: true })`. */
  readonly plan: () => Promise<PlanSummary>
  /** What the plan that is kept does to each resource: attributes old and new, secrets hidden, in the order of the stack file. Takes some
   *  four seconds of processor time, since Terraform starts the provider for it: only for a plan that is told. */
  readonly changes: () => Promise<readonly ResourceChange[]>
  /** Makes everything as the stack wants it; with `planned` exactly what the last `plan` said. */
  readonly apply: (options?: {
    readonly planned?: boolean
  }) => Promise<PlanSummary & { readonly outputs: Readonly<Record<string, string>> }>
  readonly destroy: () => Promise<PlanSummary>
  readonly outputs: () => Promise<Readonly<Record<string, string>>>
}

const timeoutMs = 3_600_000

/** When nothing was begun or done for so long, the API has answered for everything that was begun. */
const calmMs = 2000

/** Finds Terraform and initialises the folder where that is still to do. Waits for the end of a Terraform that a killed command left behind.
 *  @throws TestbedError when there is no Terraform, or the provider cannot be had */
export async function openTerraform(options: TerraformOptions): Promise<Terraform> {
  const { folder, env = process.env, signal, kill } = options
  const program = findTerraform(env['PATH'] ?? '')
  const base = {
    program,
    folder,
    env: terraformEnvironment(env, options.access, options.region),
    ...(signal === undefined ? {} : { signal }),
    ...(kill === undefined ? {} : { kill }),
  }
  await awaitOrphan(join(folder, processFile), options.onWait ?? (() => {}), signal)
  const configFile = base.env['TF_CLI_CONFIG_FILE']
  await initialise(base, findProviderMirror({ home: env['HOME'] ?? homedir(), configFile }))

  const run = async (command: string, args: readonly string[], accepted: readonly number[] = [0]) => {
    const events: TerraformEvent[] = []
    const plain: string[] = []
    let lastNews = -Infinity
    const onLine = (line: string) => {
      const event = parseTerraformLine(line)
      if (event?.type === 'started' || event?.type === 'done') lastNews = performance.now()
      if (event === undefined) return line.startsWith('{"@level"') ? undefined : void plain.push(line)
      events.push(event)
      options.onEvent?.(event)
    }
    const status = await runTerraform({
      ...base,
      arguments: [command, ...args],
      onLine,
      isCalm: () => performance.now() - lastNews > calmMs,
      timeoutMs,
      ...(command === 'apply' || command === 'destroy' ? {} : { graceMs: 500 }),
    })
    if (accepted.includes(status)) return { events, plain }
    if (status > 128) plain.push(`it was killed by signal ${status - 128}`)
    else if (signal?.aborted === true) {
      const hint = 'take it up again: titus-bed apply, or titus-bed destroy'
      throw new TestbedError(`terraform ${command} was stopped; its state is saved`, { hint })
    }
    const diagnostics = events.filter((event) => event.type === 'diagnostic')
    throw terraformFailure(command, diagnostics, plain)
  }

  const changing = ['-json', '-input=false', '-lock-timeout=30s']
  const planPath = join(folder, planFile)
  return {
    plan: async () => summarise((await run('plan', [...changing, '-detailed-exitcode', `-out=${planFile}`], [0, 2])).events),
    changes: async () => {
      try {
        const { plain } = await run('show', ['-json', '-no-color', planFile])
        return planChanges(readPlanDocument(plain), readStackFile(join(folder, stackFile)) ?? {})
      } finally {
        // What was said is the whole plan, with the secrets in it.
        truncateSync(join(folder, outputFile))
      }
    },
    apply: async ({ planned = false } = {}) => {
      const { events } = await run('apply', [...changing, ...(planned ? [planFile] : ['-auto-approve'])])
      // A plan holds every secret of the stack, and is good for one apply only.
      rmSync(planPath, { force: true })
      const outputs = events.findLast((event) => event.type === 'outputs')?.outputs ?? {}
      return { ...summarise(events), outputs }
    },
    destroy: async () => {
      if (!existsSync(join(folder, stateFile))) return { add: 0, change: 0, destroy: 0, items: [] }
      rmSync(planPath, { force: true })
      return summarise((await run('destroy', [...changing, '-auto-approve'])).events)
    },
    outputs: async () => outputValues(savedOutputs(folder) ?? (JSON.parse((await run('output', ['-json'])).plain.join('\n')) as Outputs)),
  }
}

/** Forgets the plan of a folder: it holds every secret of the stack, and is good for the command alone that made it. */
export function discardPlan(folder: string): void {
  rmSync(join(folder, planFile), { force: true })
}

/** Forgets the state, and what the last commands said: for a testbed whose whole region is gone, as when a lab was taken down.
 *  A Terraform that still works on it is killed. */
export function discardState(folder: string): void {
  killOrphan(join(folder, processFile))
  for (const name of [stateFile, `${stateFile}.backup`, `.${stateFile}.lock.info`, planFile, outputFile])
    rmSync(join(folder, name), { recursive: true, force: true })
}

function summarise(events: readonly TerraformEvent[]): PlanSummary {
  const { add, change, destroy } = events.findLast((event) => event.type === 'summary') ?? { add: 0, change: 0, destroy: 0 }
  const planned = events.filter((event) => event.type === 'planned').map(({ address, action }) => ({ address, action }))
  return { add, change, destroy, items: planned.toSorted((a, b) => a.address.localeCompare(b.address)) }
}
