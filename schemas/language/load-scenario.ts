import { normalize } from 'node:path'
import { buildScenarioSchema } from './build-scenario-schema.ts'
import type { StepKinds } from './build-scenario-schema.ts'
import type { MatcherShapes } from './check-argument.ts'
import type { HostNames } from '../resolve-host.ts'
import { collectCaptures } from './collect-captures.ts'
import { shareStepFiles } from './compilation.ts'
import type { Compilation, FilePermits, ScenarioFileReader, SharedStepFiles } from './compilation.ts'
import { loadStepFile } from './compile-step-file.ts'
import { sizeOf } from './compile-texts.ts'
import { compileCollect } from './compile-collect.ts'
import { compileInvariants } from './compile-invariants.ts'
import { compileStep, compileSteps, tagsOf } from './compile-step.ts'
import { compileEntries, fixedName } from './compile-value.ts'
import { compileNeeds } from './compile-needs.ts'
import { compileRequires } from './compile-requires.ts'
import { compileRows } from './compile-rows.ts'
import { compileSecrets, compileVariables } from './compile-variables.ts'
import type { Environment, GivenVariables } from './compile-variables.ts'
import { deepFreeze } from '../../system/deep-freeze.ts'
import { parseDuration } from '../duration.ts'
import { durationOf } from './durations.ts'
import { childOf, entriesOf, entryOf, textOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { createNames } from './names.ts'
import { byPlace } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { emptyFile, readYaml } from '../validation/read-yaml.ts'
import type { Project } from '../project.ts'
import type { Requirement, Scenario, Step } from '../scenario.ts'
import { nearestName } from '../../system/nearest-name.ts'
import { defaultTimeouts, structural } from './scenario-properties.ts'

/** The milliseconds of a scenario that does not say how long it may take. */
const defaultTimeoutMs = parseDuration(defaultTimeouts.scenario) ?? 0

/** A project without a file. */
const noProject = { vars: [], defaults: {} }

/** What a scenario is loaded from. */
export interface ScenarioSource {
  readonly file: string
  readonly text: string
  /** The step kinds, by name: the runner's registry. */
  readonly kinds: StepKinds
  /** The matchers that `expect` knows, by name: the runner's registry. */
  readonly matchers: MatcherShapes
  readonly readFile: ScenarioFileReader
  /** Without it a scenario may name every file. */
  readonly permits?: FilePermits
  /** The names of the testbed's machines and groups, when there is one: other hosts are errors then. */
  readonly hosts?: HostNames
  /** Whether the testbed meets what a scenario requires; without it all is met. Of one that will be skipped there the hosts are not looked for. */
  readonly meets?: (requires: readonly Requirement[]) => Promise<boolean>
  /** What takes the place of values under `vars:`, by name. */
  readonly given?: GivenVariables
  /** Where the values of `secrets:` come from; without it nobody asks whether they are there. */
  readonly environment?: Environment
  /** What scenarios take where they say nothing else. */
  readonly project?: Pick<Project, 'vars' | 'defaults'>
  /** Shared by the scenarios of one command, all loaded with the same kinds, matchers and hosts; it is filled here. */
  readonly shared?: SharedStepFiles
}

/**
 * Reads a scenario and the step files that it uses.
 *
 * @returns  every problem of all these files (`place.file` says which); the scenario, frozen, only when none is an error
 */
export async function loadScenario(
  source: ScenarioSource,
): Promise<{ readonly scenario?: Scenario; readonly problems: readonly Problem[] }> {
  const { scenario, problems } = await readScenario(source)
  const isWrong = scenario === undefined || problems.some(({ severity }) => severity === 'error')
  return isWrong ? { problems } : { scenario: deepFreeze(scenario), problems }
}

/** Checks a scenario that is not to be run. @returns every problem of it and of the step files that it uses */
export async function checkScenario(source: ScenarioSource): Promise<readonly Problem[]> {
  return (await readScenario(source)).problems
}

async function readScenario(source: ScenarioSource): Promise<{ readonly scenario?: Scenario; readonly problems: readonly Problem[] }> {
  const { file, text, kinds } = source
  const { node, problems: invalid } = readYaml(text, file, buildScenarioSchema(kinds))
  if (node === undefined) return { problems: invalid.length > 0 ? invalid : [emptyFile(file, 'scenario: and steps:')] }
  const problems: Problem[] = [...invalid]
  const timeoutMs = durationOf(childOf(node, 'timeout'), problems) ?? source.project?.defaults.scenarioMs ?? defaultTimeoutMs
  const requires = compileRequires(childOf(node, 'requires'), kinds, problems)
  const fit = requires.length === 0 || ((await source.meets?.(requires)) ?? true)
  const { hosts: _, ...elsewhere } = { ...source, shared: shareStepFiles() }
  const compilation = createCompilation(fit ? source : elsewhere, timeoutMs, problems)
  const scenario = { ...(await compileScenario(node, file, compilation)), requires }
  return { scenario, problems: inOrder(problems, file) }
}

/** Checks a file of reusable steps by itself, whoever uses it. @returns every problem of it and of the files that it uses */
export async function checkStepFile(source: ScenarioSource): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  await loadStepFile(source.file, source.text, createCompilation(source, source.project?.defaults.scenarioMs ?? defaultTimeoutMs, problems))
  return inOrder(problems, source.file)
}

function createCompilation(source: ScenarioSource, timeoutMs: number, problems: Problem[]): Compilation {
  const { file, shared = shareStepFiles(), given = {}, project = noProject } = source
  return { ...source, given, project, problems, shared, files: new Map(), open: [normalize(file)], timeoutMs, loadStepFile }
}

async function compileScenario(node: LocatedNode, file: string, compilation: Compilation): Promise<Omit<Scenario, 'requires'>> {
  const { problems, kinds, timeoutMs } = compilation
  const [setupNode, stepsNode, alwaysNode] = [childOf(node, 'setup'), childOf(node, 'steps'), childOf(node, 'always')]
  const names = createNames(collectCaptures([setupNode, stepsNode, alwaysNode]))
  const needs = await compileNeeds(childOf(node, 'needs'), file, names, compilation)
  const secrets = compileSecrets(childOf(node, 'secrets'), compilation.environment, names, problems)
  const rows = compileRows(node, names, problems)
  const vars = compileVariables(entriesOf(childOf(node, 'vars')), compilation, names)
  const env = compileEntries(entriesOf(childOf(node, 'env')), names, problems)
  const setup = await compileSteps(setupNode, names, compilation)
  const invariantsNode = childOf(node, 'invariants')
  const sound = await compileInvariants(invariantsNode, names, compilation, compileStep)
  const declared = entriesOf(invariantsNode).map(({ key }) => key)
  const named = new Set<string>()
  const steps = await compileSteps(stepsNode, names, { ...compilation, invariants: { declared, sound, named } })
  const invariants = sound.map((invariant) => ({ ...invariant, isNamed: named.has(invariant.step.name) }))
  // Whatever any step captures may be read here: it is null if that step never ran.
  const always = await compileSteps(alwaysNode, names, compilation)
  const outputs = compileEntries(entriesOf(childOf(node, 'outputs')), names, problems)
  const isWhole = isCompiled(setupNode, setup) && isCompiled(stepsNode, steps)
  if (isWhole && declared.length === 0 && ![...setup, ...steps].some((step) => asserts(step, kinds))) {
    const place = entryOf(node, 'steps')?.keyPlace ?? node.place
    problems.push({
      code: 'no-assertion',
      severity: 'error',
      place,
      message: 'the scenario asserts nothing: it could not fail',
      expected: 'a step with expect:, or of a kind that asserts by itself, which is not soft',
    })
  }
  const name = fixedName(node, 'scenario', problems) ?? ''
  const maxOutputBytes = sizeOf(childOf(node, 'maxOutput'), problems) ?? compilation.project.defaults.maxOutputBytes
  const kept = maxOutputBytes === undefined ? {} : { maxOutputBytes }
  const exclusive = childOf(node, 'exclusive')
  const told = {
    ...fixedTexts(node, ['description', 'owner', 'knownFailure'], problems),
    ...(exclusive?.kind === 'scalar' && exclusive.value === true ? { exclusive: true } : {}),
    ...compileCollect(childOf(node, 'collect')),
    ...(rows === undefined ? {} : { rows }),
  }
  return {
    name,
    ...told,
    needs,
    file,
    place: node.place,
    tags: tagsOf(node),
    timeoutMs,
    ...kept,
    secrets,
    vars,
    env,
    invariants,
    setup,
    steps,
    always,
    outputs,
  }
}

function fixedTexts<K extends string>(node: LocatedNode, keys: readonly K[], problems: Problem[]): { readonly [key in K]?: string } {
  const texts = keys.flatMap((key) => {
    const text = key === 'description' ? textOf(childOf(node, key))?.trim() : fixedName(node, key, problems)
    return text === undefined ? [] : [[key, text] as const]
  })
  return Object.fromEntries(texts) as { readonly [key in K]?: string }
}

/** Whether all that could assert is known: every step of the file, and no key that was meant as `expect`. */
function isCompiled(node: LocatedNode | undefined, steps: readonly Step[]): boolean {
  const items = node?.kind === 'list' ? node.items : []
  const isMisspelt = (item: LocatedNode): boolean =>
    entriesOf(item).some(({ key }) => key !== 'expect' && nearestName(key, ['expect']) !== undefined)
  const isHidden = (step: Step): boolean => (step.kind === structural.file ? step.use === undefined : (step.steps ?? []).some(isHidden))
  return items.length === steps.length && !items.some(isMisspelt) && !steps.some(isHidden)
}

/** Whether the scenario fails when the step does: what is soft is told, and decides nothing. */
function asserts(step: Step, kinds: StepKinds): boolean {
  if (step.soft) return false
  if (step.expect.length > 0 || step.while !== undefined) return true
  const inner = step.use?.steps ?? step.steps
  if (inner !== undefined) return inner.some((other) => asserts(other, kinds))
  const shape = kinds[step.kind]
  return shape !== undefined && (shape.asserts || Object.keys(shape.implies).length > 0)
}

// Each problem once, those of the file itself first, then file by file in the order of their places.
function inOrder(problems: readonly Problem[], file: string): readonly Problem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify([problem.code, problem.place, problem.message]), problem]))
  return [...once.values()].toSorted((a, b) => fileOrder(a, b, file) || byPlace(a, b))
}

function fileOrder(a: Problem, b: Problem, first: string): number {
  const [left, right] = [a.place?.file ?? first, b.place?.file ?? first]
  if (left === right) return 0
  return left === first ? -1 : right === first ? 1 : left < right ? -1 : 1
}
