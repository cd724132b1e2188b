import type { Compilation } from './compilation.ts'
import { parseDuration } from '../duration.ts'
import { durationOf } from './durations.ts'
import { fixedValue } from './fixed-value.ts'
import type { Problem } from '../problem.ts'
import type { Invariant, Step } from '../scenario.ts'
import { childOf, entriesOf, entryOf, textOf } from '../yaml/located-node.ts'
import type { LocatedMap, LocatedNode } from '../yaml/located-node.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { forkNames } from './names.ts'
import type { Names } from './names.ts'
import { defaultPolls } from './scenario-properties.ts'

/** Compiles one step. It is given here because steps hold invariants in turn. */
export type StepCompiler = (node: LocatedMap, names: Names, compilation: Compilation) => Promise<Step | undefined>

/** The `invariants:` of a scenario, by name. Those with problems are left out. */
export async function compileInvariants(
  node: LocatedNode | undefined,
  names: Names,
  compilation: Compilation,
  compileStep: StepCompiler,
): Promise<readonly Invariant[]> {
  const invariants: Invariant[] = []
  for (const { key, value } of entriesOf(node)) {
    const invariant = await compileInvariant(value, key, names, compilation, compileStep)
    if (invariant !== undefined) invariants.push(invariant)
  }
  return invariants
}

/** What stands under `while:` of a step. */
export async function compileWhile(
  node: LocatedNode | undefined,
  names: Names,
  compilation: Compilation,
  compileStep: StepCompiler,
): Promise<readonly Invariant[] | undefined> {
  if (node === undefined) return undefined
  if (node.kind === 'map') return compileInvariants(node, names, compilation, compileStep)
  const invariants: Invariant[] = []
  for (const item of node.kind === 'list' ? node.items : []) {
    const name = textOf(item)
    const invariant =
      name === undefined ? await compileInvariant(item, undefined, names, compilation, compileStep) : findInvariant(name, item, compilation)
    if (invariant !== undefined) invariants.push(invariant)
  }
  return invariants
}

/** The invariant that a name means; that a step names it is kept. */
function findInvariant(name: string, { place }: LocatedNode, { invariants, problems }: Compilation): Invariant | undefined {
  const known = invariants?.declared ?? []
  if (known.includes(name)) {
    invariants?.named.add(name)
    return invariants?.sound.find(({ step }) => step.name === name)
  }
  const hint =
    invariants === undefined
      ? 'the steps of `steps:` alone see the invariants of the scenario; elsewhere one stands here as it is'
      : didYouMean(name, known)
  const expected = known.length === 0 ? 'the name of one of the invariants of the scenario' : `one of ${known.join(', ')}`
  problems.push({ code: 'unknown-invariant', severity: 'error', place, message: `there is no invariant "${name}" here`, expected, hint })
  return undefined
}

async function compileInvariant(
  node: LocatedNode,
  key: string | undefined,
  names: Names,
  compilation: Compilation,
  compileStep: StepCompiler,
): Promise<Invariant | undefined> {
  if (node.kind !== 'map') return undefined
  const { problems, kinds } = compilation
  const step = await compileStep(node, forkNames(names), compilation)
  const everyMs = durationOf(childOf(node, 'every'), problems) ?? parseDuration(defaultPolls.every) ?? 0
  const tolerateMs = toleranceOf(node, problems)
  const name = entryOf(node, 'name')
  if (key !== undefined && name !== undefined) {
    const message = `the invariant ${key} has its name already`
    problems.push({ code: 'key-not-here', severity: 'error', place: name.keyPlace, message, hint: 'remove name' })
  }
  if (step === undefined) return undefined
  const shape = kinds[step.kind]
  const asserts = step.expect.length > 0 || shape?.asserts === true || Object.keys(shape?.implies ?? {}).length > 0
  if (!asserts && childOf(node, 'expect') === undefined) {
    const message = 'the invariant asserts nothing: it could not fail'
    problems.push({ code: 'no-assertion', severity: 'error', place: node.place, message, expected: 'an expect: in it' })
  }
  const params = childOf(node, step.kind)
  const changing = params === undefined ? undefined : shape?.changes?.(fixedValue(params) ?? null)
  if (changing !== undefined) {
    const message = `a poll would be a ${changing}, which changes something each time`
    const place = entryOf(node, step.kind)?.keyPlace ?? node.place
    problems.push({ code: 'not-idempotent', severity: 'error', place, message, expected: 'a request that only reads' })
  }
  const timeoutMs = childOf(node, 'timeout') === undefined ? parseDuration(defaultPolls.timeout) : undefined
  return { step: { ...step, name: key ?? step.name, timeoutMs: timeoutMs ?? step.timeoutMs }, everyMs, tolerateMs, isNamed: false }
}

/** Unlike what is waited for, a tolerance may be none at all. */
function toleranceOf(node: LocatedMap, problems: Problem[]): number {
  const written = childOf(node, 'tolerate')
  const isNone = /^(0+(\.0+)?(ms|s|m|h))+$/.test(textOf(written) ?? defaultPolls.tolerate)
  return isNone ? 0 : (durationOf(written, problems) ?? 0)
}
