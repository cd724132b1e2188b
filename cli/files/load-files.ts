import { isAbsolute, resolve } from 'node:path'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { LoadedCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import type { Environment, GivenVariables } from '../../schemas/language/compile-variables.ts'
import type { SharedStepFiles } from '../../schemas/language/compilation.ts'
import type { ScenarioSource } from '../../schemas/language/load-scenario.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Project } from '../../schemas/project.ts'
import { groupNames, machineNames } from '../../schemas/roles/index.ts'
import { hostNamesOf } from '../../schemas/resolve-host.ts'
import type { HostNames } from '../../schemas/resolve-host.ts'
import type { Fence } from '../../system/fence.ts'
import { readFenced, requireReadable, requireWritable } from '../../system/fenced-file.ts'
import { FileRefused } from '../../system/file-refused.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { fenceOf } from './project-fence.ts'

/** Reads a cluster file, shows its warnings, and gives the cluster with the places of its values.
 *  @param isTyped  whether somebody named the file
 *  @throws InputError with every problem of the file */
export async function loadClusterFile(file: string, cwd: string, terminal: Terminal, isTyped = true): Promise<LoadedCluster> {
  const { loadCluster } = await import('../../schemas/cluster-rules/load-cluster.ts')
  const text = readText(file, cwd, 'titus-bed init writes one', isTyped)
  const { kindOfFile } = await import('../../schemas/yaml/kind-of-file.ts')
  if (kindOfFile(text) === 'hosts')
    throw inputError({
      code: 'not-owned',
      message: `${file} describes hosts that titus-bed did not raise, and no cluster: it does not own them`,
      hint: `run, status, ssh, exec and ssh-config act on them: titus-bed status --testbed-file ${file}`,
    })
  const { cluster, placeOf, problems } = loadCluster(text, file)
  // Notes are for `validate`: who applies has read them.
  const telling = problems.filter(({ severity }) => severity !== 'note')
  if (cluster === undefined || placeOf === undefined || telling.some(({ severity }) => severity === 'error')) throw new InputError(telling)
  await tellProblems(telling, terminal)
  return { cluster, placeOf }
}

/** How scenario files are loaded. */
export interface Loading {
  /** Whose hosts the steps may name; without it those of every cluster. */
  readonly testbed?: Testbed
  /** Whether they may name files outside of their folder and the project. */
  readonly allowLocal?: boolean
  /** What they take where they say nothing else. */
  readonly project?: Project | undefined
  /** What takes the place of values under `vars:`, by name. */
  readonly given?: GivenVariables
  /** Where the values of `secrets:` come from; without it nobody asks whether they are there. */
  readonly environment?: Environment
}

/** Reads scenario files, and those that they need; every problem of every file comes back, and the scenarios that are sound. `needed`: those of
 *  files that were not named. `texts`: what was read, by file. */
export async function loadScenarioFiles(
  files: readonly string[],
  cwd: string,
  loading: Loading = {},
): Promise<{
  readonly scenarios: readonly Scenario[]
  readonly needed: readonly Scenario[]
  readonly problems: readonly Problem[]
  readonly texts: ReadonlyMap<string, string>
}> {
  const { loadScenario } = await import('../../schemas/language/load-scenario.ts')
  const { shareStepFiles } = await import('../../schemas/language/compilation.ts')
  const { expandRows } = await import('../../schemas/language/compile-rows.ts')
  const shared = shareStepFiles()
  const readOnce = shareTexts()
  const sources: ScenarioSource[] = []
  const loaded: Awaited<ReturnType<typeof loadScenario>>[] = []
  for (let next = files; next.length > 0; next = filesToCome(shared.needed, sources, cwd)) {
    const some = await Promise.all(next.map(async (file) => scenarioSource(file, cwd, loading, readOnce)))
    sources.push(...some)
    loaded.push(...(await Promise.all(some.map(async (source) => loadScenario({ ...source, shared })))))
  }
  const spelt = new Map(sources.map(({ file }) => [resolve(cwd, file), file]))
  const all = loaded.map(({ scenario }) => (scenario === undefined ? [] : expandRows(spellNeeds(scenario, spelt, cwd))))
  return {
    scenarios: all.slice(0, files.length).flat(),
    needed: all.slice(files.length).flat(),
    problems: loaded.flatMap(({ problems }) => problems),
    texts: new Map([
      ...[...shared.read].map(([file, { text }]) => [file, text] as const),
      ...sources.map(({ file, text }) => [file, text] as const),
    ]),
  }
}

/** The scenarios that others need, and that were not read yet. */
function filesToCome(needed: SharedStepFiles['needed'], read: readonly { readonly file: string }[], cwd: string): readonly string[] {
  const known = new Set(read.map(({ file }) => resolve(cwd, file)))
  const paths = [...needed].flatMap(([path, { isScenario }]) => (isScenario ? [path] : []))
  return [...new Map(paths.filter((path) => !known.has(resolve(cwd, path))).map((path) => [resolve(cwd, path), path])).values()]
}

/** A scenario is called by one path in a run, however it is spelt where another one needs it. */
function spellNeeds(scenario: Scenario, spelt: ReadonlyMap<string, string>, cwd: string): Scenario {
  if (scenario.needs.length === 0) return scenario
  return { ...scenario, needs: scenario.needs.map((need) => ({ ...need, file: spelt.get(resolve(cwd, need.file)) ?? need.file })) }
}

/** Checks scenario files that are not to be run, and those that they need; every problem of every file comes back. */
export async function checkScenarioFiles(files: readonly string[], cwd: string, loading: Loading = {}): Promise<readonly Problem[]> {
  const [{ checkScenario }, { shareStepFiles }] = await Promise.all([
    import('../../schemas/language/load-scenario.ts'),
    import('../../schemas/language/compilation.ts'),
  ])
  const shared = shareStepFiles()
  const readOnce = shareTexts()
  const problems: Problem[] = []
  // One after the other: nothing of a file is kept when the next one is read.
  const read: { readonly file: string }[] = []
  for (let next = files; next.length > 0; next = filesToCome(shared.needed, read, cwd))
    for (const file of next) {
      read.push({ file })
      problems.push(...(await checkScenario({ ...(await scenarioSource(file, cwd, loading, readOnce)), shared })))
    }
  // A secret that is not there is a fault of this computer: of the file it can be said that it is sound.
  return problems.map((problem) => (problem.code === 'missing-secret' ? { ...problem, severity: 'warning' } : problem))
}

/** Checks files of reusable steps by themselves; every problem of every file comes back. */
export async function checkStepFiles(files: readonly string[], cwd: string, loading: Loading = {}): Promise<readonly Problem[]> {
  const { checkStepFile } = await import('../../schemas/language/load-scenario.ts')
  return (await Promise.all(files.map(async (file) => checkStepFile(await scenarioSource(file, cwd, loading))))).flat()
}

type ReadText = (path: string, fence: Fence, most: number) => string

/** Reads each file of one fence once: of many scenarios in a folder most use the same step files. */
function shareTexts(): ReadText {
  const texts = new Map<string, string>()
  return (path, fence, most) => {
    const key = JSON.stringify([path, fence, most])
    const text = texts.get(key) ?? readFenced(path, fence, most).toString('utf8')
    texts.set(key, text)
    return text
  }
}

async function scenarioSource(
  file: string,
  cwd: string,
  { testbed, allowLocal = false, given = {}, environment, project }: Loading,
  read: ReadText = shareTexts(),
): Promise<ScenarioSource> {
  const [{ stepKinds }, { matchers }] = await Promise.all([import('../../runner/steps/index.ts'), import('../../runner/matchers/index.ts')])
  const fence = fenceOf(file, cwd, allowLocal)
  // The slash at the end of a path, which says that it is a folder, is lost when it is resolved.
  const at = (path: string): string => (isAbsolute(path) ? path : `${resolve(cwd)}/${path}`)
  return {
    file,
    text: readText(file, cwd, 'name an existing scenario file'),
    kinds: stepKinds,
    matchers,
    readFile: async (path, most = mostBytes.text) => read(at(path), fence, most),
    permits: {
      requireReadable: (path) => requireReadable(at(path), fence, mostBytes.carried),
      requireWritable: (path) => void requireWritable(at(path), fence),
    },
    hosts: hostsOf(testbed),
    // Where there is no machine at all, one that is named is looked for all the same: a scenario that names one needs a testbed.
    ...(testbed === undefined || testbed.hosts.length === 0 ? {} : { meets: meetsOn(testbed) }),
    given,
    ...(environment === undefined ? {} : { environment }),
    ...(project === undefined ? {} : { project }),
  }
}

/** What cannot be told is not held against a scenario: its run tells it. */
function meetsOn(testbed: Testbed): NonNullable<ScenarioSource['meets']> {
  return async (requires) => {
    const [{ findUnmet }, { createEvaluator }, { StepError }] = await Promise.all([
      import('../../runner/requirements.ts'),
      import('../../runner/evaluation/evaluator.ts'),
      import('../../runner/step-error.ts'),
    ])
    const evaluator = createEvaluator()
    try {
      return (await findUnmet(requires, testbed, evaluator.under(new AbortController().signal))).length === 0
    } catch (error) {
      if (error instanceof StepError) return true
      throw error
    } finally {
      await evaluator.close()
    }
  }
}

/** A group may have grown since the testbed was written down, so that its members are left open. */
function hostsOf(testbed: Testbed | undefined): HostNames {
  if (testbed === undefined) return { machines: machineNames, groups: groupNames }
  const { machines, groups } = hostNamesOf(testbed)
  if (testbed.target === 'hosts') return hostNamesOf(testbed)
  return { machines, groups: [...new Set([...groups, ...groupNames])] }
}

/** Reads a text file of the user's, of at most 1 MiB.
 *  @param isTyped  whether somebody named it: otherwise it has to lie in its folder or in the project, since a link may have been planted
 *  @throws InputError when it cannot be read, or lies elsewhere */
export function readText(file: string, cwd: string, hint: string, isTyped = true): string {
  const path = resolve(cwd, file)
  try {
    return (isTyped ? readRegularFile(path, mostBytes.text) : readFenced(path, fenceOf(file, cwd, false), mostBytes.text)).toString('utf8')
  } catch (error) {
    throw inputError({ code: error instanceof FileRefused ? error.code : 'no-such-file', message: `${file} ${whyUnreadable(error)}`, hint })
  }
}
