import { join } from 'node:path'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { createRunId, runScenarios } from '../../runner/index.ts'
import { createJournal } from '../../runner/journal.ts'
import { selectScenarios } from '../../runner/select.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { flag, listOption, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { projectFolder } from '../files/project-fence.ts'
import { openReporting } from './reporting.ts'
import type { Reporting } from './reporting.ts'
import { countOf } from '../../system/count-of.ts'

/** Scenarios that were checked and chosen, and where their run is reported. */
export interface PreparedRun {
  readonly scenarios: readonly Scenario[]
  readonly reporting: Reporting
  /** How many of them run at a time. */
  readonly parallel: number
}

/** Everything about a run that can be wrong before a machine is asked.
 *  @param testbed  where they will run, when it is known by now: its hosts are those that steps may name
 *  @throws InputError with every problem of every file, for a selection that is empty, for an option that is wrong */
export async function prepareRun(invocation: Invocation, files: readonly string[], testbed?: Testbed): Promise<PreparedRun> {
  const { cwd, terminal } = invocation
  const [parallel, allowLocal] = [parallelOption(invocation), flag(invocation, 'allowLocal')]
  const { scenarios, problems, texts } = await loadScenarioFiles(files, cwd, { allowLocal, ...(testbed === undefined ? {} : { testbed }) })
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  await tellProblems(problems, terminal)
  const grep = textOption(invocation, 'grep')
  const chosen = selectScenarios(scenarios, { tags: listOption(invocation, 'tag'), ...(grep === undefined ? {} : { grep }) })
  if (chosen.length === 0) {
    throw inputError({
      code: 'nothing-selected',
      message: `none of ${countOf(files.length, 'file')} is a scenario that was asked for`,
      hint: 'see --tag and --grep: a run that tests nothing is no success',
    })
  }
  return { scenarios: chosen, reporting: openReporting(invocation, (file) => texts.get(file)), parallel }
}

/** Runs prepared scenarios against a testbed, journals and reports, and gives the exit code. */
export async function runPrepared(
  invocation: Invocation,
  { scenarios, reporting, parallel }: PreparedRun,
  workspace: Workspace,
  testbed: Testbed,
): Promise<number> {
  const { signal, abandon } = invocation
  const run = createRunId()
  const journal = createJournal(join(workspace.folder, 'runs', run, 'journal.jsonl'))
  const project = projectFolder(invocation.cwd)
  const options = {
    run,
    parallel,
    bail: flag(invocation, 'bail'),
    allowLocal: flag(invocation, 'allowLocal'),
    ...(project === undefined ? {} : { project }),
  }
  try {
    const report = await runScenarios({
      testbed,
      scenarios,
      options,
      signal,
      abandon,
      onEvent: (event) => {
        journal.write(event)
        reporting.onEvent(event)
      },
    })
    reporting.finish(report)
    const broken = report.scenarios.some(({ steps }) => steps.some(({ problem }) => problem?.code === 'defect'))
    return broken ? exitCodes.defect : exitCodeOf(report.outcome, report.interrupted)
  } finally {
    journal.close()
  }
}

function parallelOption(invocation: Invocation): number {
  const text = textOption(invocation, 'parallel') ?? '1'
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw inputError({ code: 'bad-option', message: `--parallel ${text} is not a number of scenarios`, expected: '1 to 99' })
}
