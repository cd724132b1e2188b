import { hostProblem } from './check-host.ts'
import { checkParams } from './check-params.ts'
import { checkStepKeys } from './check-step.ts'
import { kindNames } from './build-scenario-schema.ts'
import type { Compilation } from './compilation.ts'
import { compileCaptures, compileExpect } from './compile-result.ts'
import type { Results } from './compile-result.ts'
import { compileTexts, sizeOf } from './compile-texts.ts'
import { compileUse } from './compile-use.ts'
import type { UsedFile } from './compile-use.ts'
import { compileCondition, compileEntries, compileValue, compileWords, fixedName } from './compile-value.ts'
import { checkFilesOfItems, compileForEach, handOutside, nameItem } from './compile-for-each.ts'
import { compileWhile } from './compile-invariants.ts'
import { parseDuration } from '../duration.ts'
import { durationOf } from './durations.ts'
import { childOf, entriesOf, entryOf, textOf } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedMap, LocatedNode } from '../yaml/located-node.ts'
import { isFixed } from './fixed-value.ts'
import { forkNames } from './names.ts'
import type { Names } from './names.ts'
import type { Problem } from '../problem.ts'
import type { Step, StepShape, Until, Value } from '../scenario.ts'
import { showOnOneLine } from '../../system/display.ts'
import { defaultEvery, defaultTimeouts, structural, structuralKinds } from './scenario-properties.ts'

/** The steps of a list, in order; what one captures the next may read. Steps with problems are left out. */
export async function compileSteps(node: LocatedNode | undefined, names: Names, compilation: Compilation): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const item of node?.kind === 'list' ? node.items : []) {
    const step = item.kind === 'map' ? await compileStep(item, names, compilation) : undefined
    if (step !== undefined) steps.push(step)
  }
  return steps
}

/** A step; undefined when its kind cannot be told. */
export async function compileStep(node: LocatedMap, outside: Names, compilation: Compilation): Promise<Step | undefined> {
  const { problems, kinds } = compilation
  const each = childOf(node, 'forEach')
  const forEach = compileForEach(each, outside, problems)
  const names = nameItem(each, forEach, outside, problems)
  const kindEntries = node.entries.filter(({ key }) => kindNames(kinds).has(key))
  const [entry] = kindEntries
  if (entry === undefined || kindEntries.length > 1) {
    compileWithoutKind(node, names, compilation)
    return undefined
  }
  const kind = entry.key
  const shape = Object.hasOwn(structuralKinds, kind) ? undefined : kinds[kind]
  const env = compileEntries(entriesOf(childOf(node, 'env')), names, problems)
  const host = childOf(node, 'host')
  const container = childOf(childOf(node, 'in'), 'container')
  const condition = childOf(node, 'if')
  const used = kind === structural.file ? await compileUse(entry.value, entryOf(node, 'with'), names, compilation) : undefined
  const steps = kind === structural.steps ? await compileGroup(entry.value, names, compilation) : undefined
  const params = used?.params ?? (await compileParams(entry, shape, names, compilation))
  const results = resultsOf(kind, shape, used)
  const until = compileUntil(childOf(node, 'until'), problems)
  const ifExpression = condition?.kind === 'scalar' && condition.value !== '' ? compileCondition(condition, names, problems) : undefined
  const hostValue = host === undefined ? undefined : compileValue(host, names, problems)
  const containerValue = container === undefined ? undefined : compileValue(container, names, problems)
  const expect = compileExpect(childOf(node, 'expect'), results, names, compilation)
  const texts = compileTexts(node, shape, names, compilation)
  checkStepKeys({ node, kind, shape, until, expect, host: hostValue }, compilation)
  // They are polled beside all items together.
  const invariants = await compileWhile(childOf(node, 'while'), outside, compilation, compileStep)
  const capture = compileCaptures(childOf(node, 'capture'), results, names, problems)
  if (forEach !== undefined) {
    checkFilesOfItems(node, entry, shape, forEach, problems)
    handOutside(names, forEach, outside)
  }
  const soft = childOf(node, 'soft')
  return {
    name: fixedName(node, 'name', problems) ?? nameOf(entry),
    kind,
    place: node.place,
    params,
    ...(hostValue === undefined ? {} : { host: hostValue }),
    ...(containerValue === undefined ? {} : { container: containerValue }),
    env,
    ...(ifExpression === undefined ? {} : { if: ifExpression }),
    ...(forEach === undefined ? {} : { forEach }),
    soft: soft?.kind === 'scalar' && soft.value === true,
    tags: tagsOf(node),
    timeoutMs:
      durationOf(childOf(node, 'timeout'), problems) ??
      (shape === undefined ? compilation.timeoutMs : (compilation.project.defaults.stepMs ?? parseDuration(defaultTimeouts.step) ?? 0)),
    ...texts,
    ...(until === undefined ? {} : { until }),
    ...(invariants === undefined ? {} : { while: invariants }),
    expect,
    capture,
    ...(used?.file === undefined ? {} : { use: used.file }),
    ...(steps === undefined ? {} : { steps }),
  }
}

/** Checks the keys that every step may have, of one whose kind cannot be told. */
function compileWithoutKind(node: LocatedMap, names: Names, compilation: Compilation): void {
  const { problems, hosts } = compilation
  const anything: Results = { kind: '', segments: ['*'] }
  const host = childOf(node, 'host')
  if (host !== undefined) compileValue(host, names, problems)
  const problem = host?.kind === 'scalar' && isFixed(host) && textOf(host) !== undefined ? hostProblem(host, hosts) : undefined
  if (problem !== undefined) problems.push(problem)
  compileEntries(entriesOf(childOf(node, 'env')), names, problems)
  compileUntil(childOf(node, 'until'), problems)
  durationOf(childOf(node, 'timeout'), problems)
  sizeOf(childOf(node, 'maxOutput'), problems)
  compileExpect(childOf(node, 'expect'), anything, names, compilation)
  compileCaptures(childOf(node, 'capture'), anything, names, problems)
}

/** The tags of a scenario or a step. */
export function tagsOf(node: LocatedNode): readonly string[] {
  const tags = childOf(node, 'tags')
  return tags?.kind === 'list'
    ? tags.items.flatMap((tag) => (tag.kind === 'scalar' && typeof tag.value === 'string' ? [tag.value] : []))
    : []
}

async function compileParams(entry: LocatedEntry, shape: StepShape | undefined, names: Names, compilation: Compilation): Promise<Value> {
  const { key: kind, value } = entry
  if (kind === structural.steps) return { type: 'list', items: [], place: value.place }
  if (shape?.reads === 'words') return compileWords(value, names, compilation.problems)
  if (shape !== undefined) await checkParams(value, shape, compilation)
  if (shape?.reads === 'expectations') compileExpect(value, { kind, segments: 'scope' }, names, compilation)
  // An expression inside of an opaque text is told as such, whatever it reads.
  return compileValue(value, names, shape?.reads === 'opaque' ? [] : compilation.problems)
}

async function compileGroup(node: LocatedNode, names: Names, compilation: Compilation): Promise<readonly Step[]> {
  const steps: Step[] = []
  const before = new Map(names.visible)
  for (const item of node.kind === 'list' ? node.items : []) {
    const own = forkNames({ ...names, visible: before })
    const step = item.kind === 'map' ? await compileStep(item, own, compilation) : undefined
    if (step !== undefined) steps.push(step)
    for (const [name, place] of own.visible) names.visible.set(name, place)
  }
  return steps
}

function resultsOf(kind: string, shape: StepShape | undefined, used: UsedFile | undefined): Results {
  if (shape?.reads === 'expectations') return { kind, segments: 'scope' }
  if (kind === structural.steps) return { kind, segments: ['steps'] }
  if (kind === structural.file) return { kind: `${kind} ${used?.path ?? ''}`.trim(), segments: used?.outputs ?? ['*'] }
  return { kind, segments: Object.keys(shape?.results ?? {}), texts: shape?.texts }
}

function compileUntil(node: LocatedNode | undefined, problems: Problem[]): Until | undefined {
  const withinMs = durationOf(childOf(node, 'within'), problems)
  const everyMs = durationOf(childOf(node, 'every'), problems) ?? parseDuration(defaultEvery) ?? 0
  if (node === undefined || withinMs === undefined) return undefined
  const warnAfter = childOf(node, 'warnAfter')
  const warnsAsUsual = textOf(warnAfter) === 'auto'
  const warnAfterMs = warnsAsUsual ? undefined : durationOf(warnAfter, problems)
  const retryOn = childOf(node, 'retryOn')
  const idempotent = childOf(node, 'idempotent')
  return {
    withinMs,
    ...(warnAfterMs === undefined ? {} : { warnAfterMs }),
    ...(warnsAsUsual ? { warnsAsUsual } : {}),
    everyMs,
    retryOn: retryOn?.kind === 'list' && retryOn.items.length > 0 ? ['connection'] : [],
    idempotent: idempotent?.kind === 'scalar' && idempotent.value === true,
  }
}

function nameOf({ key, value }: LocatedEntry): string {
  const first = value.kind === 'scalar' ? value : undefined
  const entry = value.kind === 'map' ? value.entries[0] : undefined
  const inner = entry?.value.kind === 'scalar' ? `${entry.key} ${entry.value.value}` : (entry?.key ?? '')
  const text = `${key} ${first === undefined ? inner : String(first.value)}`.trim().split('\n')[0] ?? key
  const shown = showOnOneLine(text)
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}
