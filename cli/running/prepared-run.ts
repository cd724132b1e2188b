import { join } from 'node:path'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Event } from '../../schemas/event.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { createRunId, runScenarios } from '../../runner/index.ts'
import { createJournal } from '../../runner/journal.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { flag, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { finish } from '../terminal/unfinished.ts'
import { readGivenVariables, unknownVariables } from '../files/given-variables.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { projectFolder } from '../files/project-fence.ts'
import { typeAgain } from './again.ts'
import { chooseReporters } from './choose-reporters.ts'
import { chooseScenarios } from './choose-scenarios.ts'
import { openReporting } from './reporting.ts'
import type { Reporting } from './reporting.ts'
import { countOf } from '../../system/count-of.ts'

/** Scenarios that were checked and chosen, and where their run is reported. */
export interface PreparedRun {
  readonly scenarios: readonly Scenario[]
  /** How many of them at a time. */
  readonly parallel: number
  readonly reporting: Reporting
}

/** How a command that runs scenarios is typed again: its name and arguments, then the options to keep. */
export interface TypedCommand {
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** Everything about a run that can be wrong before a machine is asked.
 *  @param testbed  where they will run, when it is known by now: its hosts are those that steps may name
 *  @throws InputError with every problem of every file, for a selection that is empty, for an option that is wrong */
export async function prepareRun(
  invocation: Invocation,
  files: readonly string[],
  typed: TypedCommand,
  testbed?: Testbed,
): Promise<PreparedRun> {
  const { cwd, terminal } = invocation
  const [parallel, allowLocal] = [parallelOption(invocation), flag(invocation, 'allowLocal')]
  const variables = await readGivenVariables(invocation)
  const given = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  const loading = {
    allowLocal,
    given,
    project: invocation.project,
    environment: process.env,
    ...(testbed === undefined ? {} : { testbed }),
  }
  const { scenarios, problems, texts } = await loadScenarioFiles(files, cwd, loading)
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  // Notes are for `validate`.
  await tellProblems(
    [...problems, ...unknownVariables(variables, scenarios)].filter(({ severity }) => severity !== 'note'),
    terminal,
  )
  const chosen = chooseScenarios(invocation, scenarios)
  if (chosen.length === 0) {
    throw inputError({
      code: 'nothing-selected',
      message: `none of ${countOf(files.length, 'file')} is a scenario that was asked for`,
      hint: 'see --tag and --grep: a run that tests nothing is no success',
    })
  }
  const again = typeAgain(invocation, typed.words, typed.options)
  const reporting = openReporting(chooseReporters(invocation, files), terminal, { source: (file) => texts.get(file), again })
  return { scenarios: chosen, parallel, reporting }
}

/** Runs prepared scenarios against a testbed, journals and reports, and gives the exit code. */
export async function runPrepared(
  invocation: Invocation,
  { scenarios, parallel, reporting }: PreparedRun,
  workspace: Workspace,
  testbed: Testbed,
): Promise<number> {
  const { signal, abandon, terminal } = invocation
  const run = createRunId()
  const journal = createJournal(join(workspace.folder, 'runs', run, 'journal.jsonl'), (reason) =>
    terminal.err(`${terminal.colour.yellow('warning:')} the journal of the run is not whole: ${reason}`),
  )
  // Whatever ends this process, but for a SIGKILL, leaves reports that are whole.
  const endReports = () => reporting.finish().forEach((event) => journal.write(event))
  process.once('exit', endReports)
  const project = projectFolder(invocation.cwd)
  const options = {
    run,
    parallel,
    bail: flag(invocation, 'bail'),
    allowLocal: flag(invocation, 'allowLocal'),
    secrets: secretsOf(scenarios, process.env),
    ...(project === undefined ? {} : { project }),
  }
  try {
    const onEvent = (event: Event) => {
      journal.write(event)
      reporting.onEvent(event)
    }
    const report = await finish(() => runScenarios({ testbed, scenarios, options, signal, abandon, onEvent }))
    const broken = report.scenarios.some(({ steps, problem }) => [{ problem }, ...steps].some((part) => part.problem?.code === 'defect'))
    return broken ? exitCodes.defect : exitCodeOf(report.outcome, report.interrupted)
  } finally {
    process.off('exit', endReports)
    endReports()
    journal.close()
  }
}

/** The values of the secrets that scenarios name: the rest of the environment is not handed on. */
function secretsOf(scenarios: readonly Scenario[], environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const names = scenarios.flatMap(({ secrets }) => secrets.map(({ name }) => name))
  return Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
}

function parallelOption(invocation: Invocation): number {
  const text = textOption(invocation, 'parallel') ?? '1'
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw inputError({ code: 'bad-option', message: `--parallel ${text} is not a number of scenarios`, expected: '1 to 99' })
}
