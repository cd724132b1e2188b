import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Cluster } from '../../schemas/cluster.ts'
import type { StepFilesRead } from '../../schemas/language/compilation.ts'
import type { ScenarioSource } from '../../schemas/language/load-scenario.ts'
import type { Problem } from '../../schemas/problem.ts'
import { groupNames, machineNames } from '../../schemas/roles/index.ts'
import { hostNamesOf } from '../../schemas/resolve-host.ts'
import type { HostNames } from '../../schemas/resolve-host.ts'
import { reasonOf } from '../../system/reason-of.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { tellProblems } from '../terminal/tell-failure.ts'

/** Expands what was typed: files as they are, a folder to the YAML files in it, anything else as a glob. In the order typed, each once.
 *  @throws InputError when one of them names nothing */
export async function expandFiles(given: readonly string[], cwd: string): Promise<readonly string[]> {
  const found: string[] = []
  const problems: Problem[] = []
  for (const name of given) {
    const matches = await expand(name, cwd)
    if (matches.length === 0)
      problems.push({
        code: 'no-such-file',
        severity: 'error',
        message: `${name}: there is no such file`,
        hint: `looked in ${cwd}: a glob must match a file, a folder must hold one; titus-bed init writes first ones`,
      })
    found.push(...matches)
  }
  if (problems.length > 0) throw new InputError(problems)
  return [...new Set(found)]
}

async function expand(name: string, cwd: string): Promise<readonly string[]> {
  const entry = await stat(resolve(cwd, name)).catch(() => undefined)
  if (entry?.isFile()) return [name]
  const { glob } = await import('zx')
  const pattern = entry?.isDirectory() ? join(name, '*.{yaml,yml}') : name
  // A name that cannot even be looked up, such as a link to itself, names nothing.
  return (await glob(pattern, { cwd }).catch((): string[] => [])).toSorted()
}

/** Reads a cluster file, shows its warnings, and gives the cluster.
 *  @throws InputError with every problem of the file */
export async function loadClusterFile(file: string, cwd: string, terminal: Terminal): Promise<Cluster> {
  const { loadCluster } = await import('../../schemas/cluster-rules/load-cluster.ts')
  const text = await readText(file, cwd, 'titus-bed init writes one')
  const { cluster, problems } = loadCluster(text, file)
  // Notes are for `validate`: who applies has read them.
  const telling = problems.filter(({ severity }) => severity !== 'note')
  if (cluster === undefined || telling.some(({ severity }) => severity === 'error')) throw new InputError(telling)
  await tellProblems(telling, terminal)
  return cluster
}

/** Reads scenario files; every problem of every file comes back, and the scenarios that are sound.
 *  @param testbed  whose hosts the steps may name; without it those of every cluster */
export async function loadScenarioFiles(
  files: readonly string[],
  cwd: string,
  testbed?: Testbed,
): Promise<{ readonly scenarios: readonly Scenario[]; readonly problems: readonly Problem[] }> {
  const { loadScenario } = await import('../../schemas/language/load-scenario.ts')
  const stepFilesRead: StepFilesRead = new Map()
  const loaded = await Promise.all(
    files.map(async (file) => loadScenario({ ...(await scenarioSource(file, cwd, testbed)), stepFilesRead })),
  )
  return {
    scenarios: loaded.flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario])),
    problems: loaded.flatMap(({ problems }) => problems),
  }
}

/** Checks files of reusable steps by themselves; every problem of every file comes back. */
export async function checkStepFiles(files: readonly string[], cwd: string): Promise<readonly Problem[]> {
  const { checkStepFile } = await import('../../schemas/language/load-scenario.ts')
  return (await Promise.all(files.map(async (file) => checkStepFile(await scenarioSource(file, cwd))))).flat()
}

async function scenarioSource(file: string, cwd: string, testbed?: Testbed): Promise<ScenarioSource> {
  const [{ stepKinds }, { matchers }] = await Promise.all([import('../../runner/steps/index.ts'), import('../../runner/matchers/index.ts')])
  return {
    file,
    text: await readText(file, cwd, 'name an existing scenario file'),
    kinds: stepKinds,
    matchers,
    readFile: (path) => readFile(resolve(cwd, path), 'utf8'),
    hosts: hostsOf(testbed),
  }
}

/** A group may have grown since the testbed was written down, so that its members are left open. */
function hostsOf(testbed: Testbed | undefined): HostNames {
  if (testbed === undefined) return { machines: machineNames, groups: groupNames }
  const { machines, groups } = hostNamesOf(testbed)
  return { machines, groups: [...new Set([...groups, ...groupNames])] }
}

/** Reads a text file of the user's.
 *  @throws InputError when it cannot be read */
export async function readText(file: string, cwd: string, hint: string): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw inputError({ code: 'no-such-file', message: `${file} ${reasonOf(error)}`, hint })
  })
}
