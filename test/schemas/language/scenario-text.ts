import type { StepKinds } from '../../../schemas/language/build-scenario-schema.ts'
import type { HostNames } from '../../../schemas/resolve-host.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { Scenario, Step, Value } from '../../../schemas/scenario.ts'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds as kinds } from '../../../runner/steps/index.ts'

type Files = Readonly<Record<string, string>>

/** Loads a scenario at `dir/s.yaml`; `files` are the others that there are, by path. */
export async function load(
  text: string,
  files: Files = {},
  hosts?: HostNames,
  registry: StepKinds = kinds,
): Promise<{ readonly scenario?: Scenario; readonly problems: readonly Problem[] }> {
  const reader = async (path: string): Promise<string> =>
    files[path] ?? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }))
  return loadScenario({ file: 'dir/s.yaml', text, kinds: registry, matchers, readFile: reader, ...(hosts === undefined ? {} : { hosts }) })
}

/** A sound scenario. */
export async function scenarioOf(text: string, files: Files = {}): Promise<Scenario> {
  const { scenario, problems } = await load(text, files)
  if (scenario === undefined) throw new Error(problems.map(({ message }) => message).join('\n'))
  return scenario
}

/** `CODE LINE:COLUMN` of every problem; line 1 is the name of the scenario, `steps` begins on line 2. */
export async function codesOf(steps: string, files: Files = {}, hosts?: HostNames, registry?: StepKinds): Promise<readonly string[]> {
  return (await load(`scenario: x\n${steps}`, files, hosts, registry)).problems.map(
    ({ code, place }) => `${code} ${place?.line}:${place?.column}`,
  )
}

/** A value without its places. */
export function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined
  if (value.type === 'literal') return value.value
  if (value.type === 'expression') return { expression: value.source }
  if (value.type === 'text') return { text: value.parts.map((part) => (typeof part === 'string' ? part : { expression: part.source })) }
  if (value.type === 'list') return value.items.map(plain)
  return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, plain(inner)]))
}

/** The only step of a sound scenario. */
export async function firstStep(step: string): Promise<Step> {
  const [first] = (await scenarioOf(`scenario: x\nsteps:\n  - ${step}\n`)).steps
  if (first === undefined) throw new Error('no step')
  return first
}
