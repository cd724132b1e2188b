import { hostProblem } from './check-host.ts'
import type { Compilation } from './compilation.ts'
import { fixedValue, isFixed } from './fixed-value.ts'
import { childOf, entryOf, textOf } from '../yaml/located-node.ts'
import type { LocatedMap } from '../yaml/located-node.ts'
import { nearestName } from '../../system/nearest-name.ts'
import type { Problem } from '../problem.ts'
import type { Entry, StepShape, Until, Value } from '../scenario.ts'
import { structural } from './scenario-properties.ts'

/** What is known of a step when its keys are checked against each other. */
export interface StepKeys {
  readonly node: LocatedMap
  readonly kind: string
  /** Absent for the kinds that hold steps. */
  readonly shape: StepShape | undefined
  readonly until: Until | undefined
  readonly expect: readonly Entry[]
  readonly host: Value | undefined
}

/** Keys that a step which holds steps cannot have: they belong to the steps inside. */
const notOnUse = ['host', 'in', 'env', 'maxOutput', 'save']
const notOnGroup = [...notOnUse, 'until', 'with']

/** The rules between the keys of one step, which its schema cannot say. */
export function checkStepKeys(step: StepKeys, { problems, hosts }: Pick<Compilation, 'problems' | 'hosts'>): void {
  checkPlacement(step, problems)
  const host = childOf(step.node, 'host')
  for (const item of host?.kind === 'list' ? host.items : host === undefined ? [] : [host]) {
    if (item.kind !== 'scalar' || item.value === null || !isFixed(item)) continue
    const problem = hostProblem(item, hosts)
    if (problem !== undefined) problems.push(problem)
  }
  checkUntil(step, problems)
  if (step.shape?.reads === 'opaque') checkOpaque(step, problems)
}

function checkPlacement({ node, kind, shape }: StepKeys, problems: Problem[]): void {
  const unwanted =
    kind === structural.steps
      ? notOnGroup
      : kind === structural.file
        ? notOnUse
        : ['with', ...(shape?.host === 'none' ? ['host', 'in'] : []), ...(shape?.texts === undefined ? ['maxOutput', 'save'] : [])]
  for (const key of unwanted) {
    const entry = entryOf(node, key)
    if (entry === undefined) continue
    const hint =
      shape === undefined ? `the steps inside have their own ${key}` : key === 'with' ? 'with gives the inputs of use' : `remove ${key}`
    problems.push({ code: 'key-not-here', severity: 'error', place: entry.keyPlace, message: `a step of kind ${kind} has no ${key}`, hint })
  }
  const isMisspelt = node.entries.some(({ key }) => nearestName(key, ['host']) !== undefined)
  if (shape?.host === 'required' && !isMisspelt) {
    const place = entryOf(node, kind)?.keyPlace ?? node.place
    problems.push({
      code: 'missing-host',
      severity: 'error',
      place,
      message: `${kind} does not say where it acts from`,
      expected: 'host: the name of a machine',
      hint: 'add host:, such as host: bastion',
    })
  }
}

function checkUntil({ node, kind, shape, until, expect }: StepKeys, problems: Problem[]): void {
  const entry = entryOf(node, 'until')
  if (until === undefined || entry === undefined || shape === undefined) return
  if (expect.length === 0 && Object.keys(shape.implies).length === 0 && !shape.asserts) {
    problems.push({
      code: 'until-without-expect',
      severity: 'error',
      place: entry.keyPlace,
      message: 'until waits for what is expected, and nothing is',
      expected: 'an expect: beside it',
    })
  }
  const every = childOf(childOf(node, 'until'), 'every')
  if (every !== undefined && until.everyMs >= until.withinMs) {
    problems.push({
      code: 'until-too-rare',
      severity: 'error',
      place: every.place,
      message: 'the pause between two looks is not shorter than the time that there is for all',
      expected: 'an every: that is smaller than within:',
      hint: 'look more often, or wait longer',
    })
  }
  const warnAfter = childOf(childOf(node, 'until'), 'warnAfter')
  if (warnAfter !== undefined && (until.warnAfterMs ?? 0) >= until.withinMs) {
    problems.push({
      code: 'warning-too-late',
      severity: 'error',
      place: warnAfter.place,
      message: 'what holds only after warnAfter would have failed by then',
      expected: 'a warnAfter: that is smaller than within:',
      hint: 'warn sooner, or wait longer',
    })
  }
  const params = childOf(node, kind)
  const changing = params === undefined ? undefined : shape.changes?.(fixedValue(params) ?? null)
  if (changing !== undefined && !until.idempotent) {
    const hint = 'add idempotent: true to until if it may be repeated, or wait in a step of its own'
    problems.push({
      code: 'not-idempotent',
      severity: 'error',
      place: entry.keyPlace,
      message: `until would repeat a ${changing}, which changes something each time`,
      expected: 'a request that only reads, or idempotent: true',
      hint,
    })
  }
}

function checkOpaque({ node, kind }: StepKeys, problems: Problem[]): void {
  const opaque = childOf(node, kind)
  const text = textOf(opaque)
  if (opaque?.kind !== 'scalar' || text === undefined) return
  for (const [from, to] of closedExpressions(text)) {
    const written = text.slice(from, to)
    const place = { ...opaque.locate(from), length: written.split('\n')[0]?.length ?? 3 }
    const hint = `give it by the environment: env: { VALUE: "\${{ ${written.slice(3, -2).trim()} }}" }, and write "$VALUE" in the text`
    problems.push({
      code: 'expression-in-script',
      severity: 'error',
      place,
      message: `a value inside the text of a ${kind} would be run as code`,
      expected: 'a text without ${{ }}',
      hint,
    })
  }
}

/** Where each `${{ }}` of a text begins and ends. */
function* closedExpressions(text: string): Generator<readonly [from: number, to: number]> {
  for (let from = text.indexOf('${{'); from !== -1;) {
    const end = text.indexOf('}}', from + 3)
    if (end === -1) return
    const isEscaped = text[from - 1] === '$'
    if (!isEscaped) yield [from, end + 2]
    from = text.indexOf('${{', isEscaped ? from + 3 : end + 2)
  }
}
