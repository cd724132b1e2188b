import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptScenario } from '../../runner/engine/kept-scope.ts'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import type { Json } from '../../schemas/json.ts'
import { parseJson, renderJson } from '../../schemas/json-text.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { makePrivateFolder, writeDurably } from '../../system/durable-file.ts'
import { readStateFile, removeAnd } from '../../stack/state-file.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { flag } from '../command.ts'
import type { Invocation } from '../command.ts'
import { givenValues } from '../files/given-variables.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { namesIn, runsIn } from './run-folder.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** Scenarios that a run kept. */
export interface KeptRun {
  readonly run: string
  readonly scenarios: readonly KeptScenario[]
}

/** Writes down what a run kept, for its owner alone since captures may be secret, and says what to type next. */
export function tellKept(workspace: Workspace, run: string, scenarios: readonly KeptScenario[], terminal: Terminal): void {
  makePrivateFolder(join(runsIn(workspace.folder), run))
  writeDurably(fileOf(workspace, run), `${renderJson(scenarios, 2)}\n`)
  terminal.err(`kept: ${scenarios.map(({ name }) => name).join(', ')}`)
  terminal.err(asTypedHere(`titus-bed resume ${run} goes on with it, titus-bed release ${run} clears it away`))
}

/** What a run kept. @param run  its id; the last one that kept something unless given @throws InputError when there is nothing
 *  @throws TestbedError when the record is damaged */
export function readKept(workspace: Workspace, run: string | undefined): KeptRun {
  const kept = namesIn(runsIn(workspace.folder))
    .filter((name) => existsSync(fileOf(workspace, name)))
    .toSorted()
  const wanted = run ?? kept.at(-1)
  if (wanted === undefined || !kept.includes(wanted))
    throw inputError({
      code: 'nothing-kept',
      message: wanted === undefined ? 'no run kept anything here' : `the run ${wanted} kept nothing`,
      ...(kept.length === 0 ? {} : { expected: kept.join(', ') }),
      hint: 'run with --keep-on-fail; --testbed names another testbed',
    })
  return { run: wanted, scenarios: readScenarios(fileOf(workspace, wanted)) }
}

function readScenarios(file: string): readonly KeptScenario[] {
  const hint = `${removeAnd(file, 'clear away by hand what the scenarios made')}: what they had captured is lost`
  try {
    const scenarios = parseJson(readStateFile(file, hint) ?? '')
    if (!Array.isArray(scenarios) || scenarios.length === 0) throw new TypeError('it holds no list of scenarios')
    return scenarios.map(asKept)
  } catch (cause) {
    throw cause instanceof TestbedError ? cause : new TestbedError(`${file} is damaged`, { cause, hint })
  }
}

function asKept(value: Json): KeptScenario {
  // What was kept before values that a secret stands in were hidden has none.
  const { name, file, captured, secrets, hidden = [], failedAt } = isObject(value) ? value : {}
  const isWhole = typeof name === 'string' && typeof file === 'string' && captured !== undefined && isObject(captured)
  if (!isWhole || !isTexts(secrets) || !isTexts(hidden) || typeof failedAt !== 'number')
    throw new TypeError('a scenario in it is incomplete')
  return { name, file, captured, secrets, hidden, failedAt }
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** Forgets what a run kept, once it is cleared away. */
export function forgetKept(workspace: Workspace, run: string): void {
  rmSync(fileOf(workspace, run), { force: true })
}

/** The scenarios themselves, as their files have them now. @throws InputError when a file is wrong, or has another scenario by now */
export async function loadKept({ scenarios }: KeptRun, invocation: Invocation): Promise<readonly Scenario[]> {
  const files = [...new Set(scenarios.map(({ file }) => file))]
  const loaded = await loadScenarioFiles(files, invocation.cwd, {
    allowLocal: flag(invocation, 'allowLocal'),
    given: await givenValues(invocation),
    project: invocation.project,
    environment: process.env,
  })
  return scenarios.map(({ name, file }) => {
    const found = loaded.scenarios.find((scenario) => scenario.name === name && scenario.file === file)
    if (found !== undefined) return found
    throw inputError({
      code: 'nothing-kept',
      message: `${file} has no sound scenario "${name}" any more`,
      hint: `titus-bed validate ${file}`,
    })
  })
}

function fileOf({ folder }: Workspace, run: string): string {
  return join(runsIn(folder), run, 'kept.json')
}
