import { capabilitiesOf } from '../../schemas/capabilities.ts'
import type { Json } from '../../schemas/json.ts'
import { hostNamesOf, isRefused, resolveHost } from '../../schemas/resolve-host.ts'
import type { Entry, Invariant, Need, Row, Scenario, Step } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { createEvaluator } from '../evaluation/evaluator.ts'
import { findUnmet, sourceOf } from '../requirements.ts'
import { describeTestbed } from '../scope/scope.ts'
import { StepError } from '../step-error.ts'
import { stepKinds } from '../steps/index.ts'
import { lackingOf } from '../steps/lacking.ts'
import { asText, define, fillIn, isWhole, startKnown } from './known-values.ts'
import type { Known } from './known-values.ts'

/** What a step would do, with the values that are known before anything runs. */
export interface PlannedStep {
  readonly name: string
  readonly kind: string
  /** Where: the names of the hosts where the testbed is known, else as it is written. Empty for a step that acts from nowhere. */
  readonly hosts: readonly string[]
  readonly container?: Json
  /** What stands under its kind; of `use` the file and its inputs. */
  readonly does: Json
  readonly expect: Readonly<Record<string, Json>>
  readonly captures: readonly string[]
  /** Capabilities that it takes and the testbed lacks: it would be errored. */
  readonly lacks: readonly string[]
  /** The condition that it runs under. */
  readonly if?: string
  /** The list that it is done for, as far as it is known, and the name of its items, which stand as they are written. */
  readonly forEach?: { readonly list: Json; readonly name: string; readonly parallel: number }
  readonly soft: boolean
  readonly until?: { readonly withinMs: number; readonly everyMs: number }
  /** What would be polled beside it. */
  readonly while: readonly PlannedInvariant[]
  /** The steps inside of it; `parallel` when they run at the same time. */
  readonly steps: readonly PlannedStep[]
  readonly parallel: boolean
}

/** A claim that would be polled, how often, and for how long it may not hold. */
export type PlannedInvariant = PlannedStep & { readonly everyMs: number; readonly tolerateMs: number }

/** What a scenario would do, in its order. */
export interface PlannedScenario {
  readonly name: string
  readonly file: string
  readonly tags: readonly string[]
  readonly timeoutMs: number
  /** The values that it has as one of several rows. */
  readonly row?: Readonly<Record<string, Json>>
  /** The scenarios that have to pass before, and the names by which it reads what they give. */
  readonly needs: readonly Pick<Need, 'name' | 'file' | 'hasRows'>[]
  /** What it requires of the testbed, as it is written. */
  readonly requires: readonly string[]
  /** Why it would be skipped on the testbed; absent where it would run, or where no testbed is known. */
  readonly skipped?: string
  readonly exclusive: boolean
  readonly knownFailure?: string
  /** The names of what it gives. */
  readonly outputs: readonly string[]
  readonly setup: readonly PlannedStep[]
  /** What would be polled beside all of the steps. */
  readonly invariants: readonly PlannedInvariant[]
  readonly steps: readonly PlannedStep[]
  readonly always: readonly PlannedStep[]
}

/** Says what a scenario would do. Nothing is contacted, and the values of secrets are not asked for. @param testbed  where it would run, when that is known */
export async function planScenario(scenario: Scenario, testbed: Testbed | undefined): Promise<PlannedScenario> {
  const evaluator = createEvaluator()
  try {
    const variables = testbed === undefined ? {} : { testbed: describeTestbed(testbed, capabilitiesOf(testbed, stepKinds)) }
    const known = await define(scenario.vars, startKnown(variables, evaluator.under(new AbortController().signal)))
    const plan = (steps: readonly Step[]) => planSteps(steps, known, testbed)
    const skipped = testbed === undefined ? undefined : await whySkipped(scenario, testbed, known)
    const { row, knownFailure } = scenario
    return {
      name: scenario.name,
      file: scenario.file,
      tags: scenario.tags,
      timeoutMs: scenario.timeoutMs,
      ...(row === undefined ? {} : { row: await rowOf(row, known) }),
      needs: scenario.needs.map(({ name, file, hasRows }) => ({ name, file, hasRows })),
      requires: scenario.requires.map(sourceOf),
      ...(skipped === undefined ? {} : { skipped }),
      exclusive: scenario.exclusive === true,
      ...(knownFailure === undefined ? {} : { knownFailure }),
      outputs: scenario.outputs.map(({ key }) => key),
      setup: await plan(scenario.setup),
      invariants: await planInvariants(
        scenario.invariants.filter(({ isNamed }) => !isNamed),
        known,
        testbed,
      ),
      steps: await plan(scenario.steps),
      always: await plan(scenario.always),
    }
  } finally {
    await evaluator.close()
  }
}

async function rowOf({ vars }: Row, known: Known): Promise<Readonly<Record<string, Json>>> {
  return Object.fromEntries(await Promise.all(vars.map(async ({ key, value }) => [key, await fillIn(value, known)] as const)))
}

async function whySkipped({ requires }: Scenario, testbed: Testbed, { evaluation }: Known): Promise<string | undefined> {
  try {
    const unmet = await findUnmet(requires, testbed, evaluation)
    return unmet.length === 0 ? undefined : unmet.map(({ reason }) => `it requires ${reason}`).join('; ')
  } catch (error) {
    if (error instanceof StepError) return `what it requires cannot be told: ${error.message}`
    throw error
  }
}

async function planInvariants(
  invariants: readonly Invariant[],
  known: Known,
  testbed: Testbed | undefined,
): Promise<readonly PlannedInvariant[]> {
  return await Promise.all(
    invariants.map(async ({ step, everyMs, tolerateMs }) => ({ ...(await planStep(step, known, testbed)), everyMs, tolerateMs })),
  )
}

async function planSteps(steps: readonly Step[], known: Known, testbed: Testbed | undefined): Promise<readonly PlannedStep[]> {
  const planned: PlannedStep[] = []
  for (const step of steps) planned.push(await planStep(step, known, testbed))
  return planned
}

async function planStep(step: Step, known: Known, testbed: Testbed | undefined): Promise<PlannedStep> {
  const { container, until, use, forEach } = step
  const inner = use === undefined ? (step.steps ?? []) : use.steps
  const shape = stepKinds[step.kind]
  const params = await fillIn(step.params, known)
  return {
    name: step.name,
    kind: step.kind,
    hosts: step.host === undefined ? [] : hostsOf(await fillIn(step.host, known), testbed),
    ...(container === undefined ? {} : { container: await fillIn(container, known) }),
    does: use === undefined ? params : { file: use.file, with: params },
    expect: await expectationsOf(step, known),
    captures: step.capture.map(({ name }) => name),
    lacks: testbed === undefined || shape === undefined ? [] : lackingOf(shape, params, testbed),
    ...(step.if === undefined ? {} : { if: step.if.source }),
    ...(forEach === undefined ? {} : { forEach: { ...forEach, list: await fillIn(forEach.list, known) } }),
    soft: step.soft,
    ...(until === undefined ? {} : { until: { withinMs: until.withinMs, everyMs: until.everyMs } }),
    while: await planInvariants(step.while ?? [], known, testbed),
    steps: await planSteps(inner, use === undefined ? known : await inside(step, known), testbed),
    parallel: use === undefined && inner.length > 0,
  }
}

/** What is known in a file of reusable steps: what it is given, and its defaults. */
async function inside({ params, use }: Step, known: Known): Promise<Known> {
  const { testbed } = known.scope.variables
  const fresh = startKnown(testbed === undefined ? {} : { testbed }, known.evaluation)
  const given = params.type === 'map' ? params.entries : []
  const open: Record<string, string> = {}
  for (const { key, value } of given) {
    const filled = await fillIn(value, known)
    if (isWhole(value, known.scope)) fresh.scope.define(key, filled)
    else open[key] = asText(filled)
  }
  const defaults = (use?.inputs ?? []).flatMap(({ name, place, default: value }): readonly Entry[] => {
    const isGiven = given.some(({ key }) => key === name)
    return value === undefined || isGiven ? [] : [{ key: name, keyPlace: place, value }]
  })
  return await define(defaults, { ...fresh, open })
}

async function expectationsOf({ kind, expect }: Step, known: Known): Promise<Readonly<Record<string, Json>>> {
  const written = await Promise.all(expect.map(async ({ key, value }) => [key, await fillIn(value, known)] as const))
  return { ...stepKinds[kind]?.implies, ...Object.fromEntries(written) }
}

function hostsOf(wanted: Json, testbed: Testbed | undefined): readonly string[] {
  if (Array.isArray(wanted)) return wanted.flatMap((item) => hostsOf(item as Json, testbed))
  const text = asText(wanted)
  if (testbed === undefined) return [text]
  const resolved = resolveHost(text, hostNamesOf(testbed), { local: true, several: true })
  if (isRefused(resolved)) return [text]
  return resolved.mode === 'any' ? [`the first of ${resolved.names.join(', ')}`] : resolved.names
}
