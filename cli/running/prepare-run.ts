import { durationForm, parseDuration } from '../../schemas/duration.ts'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { ReporterOptions } from '../../runner/reporters/reporter.ts'
import { flag, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { readGivenVariables, unknownVariables, valuesOf } from '../files/given-variables.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { typeAgain } from './again.ts'
import { chooseReporters } from './choose-reporters.ts'
import { chooseScenarios } from './choose-scenarios.ts'
import { requireTerminal } from './ask-on-terminal.ts'
import { noTestbed } from './no-testbed.ts'
import { openReporting } from './reporting.ts'
import type { Reporting } from './reporting.ts'
import { countOf } from '../../system/count-of.ts'

/** Scenarios that were checked and chosen, and where their run is reported. */
export interface PreparedRun {
  readonly scenarios: readonly Scenario[]
  /** How many of them at a time. */
  readonly parallel: number
  /** How often one that does not pass is run again. */
  readonly retry: number
  /** The longest time for all of them; undefined when there is no limit. */
  readonly timeoutMs: number | undefined
  readonly reporting: Reporting
  /** What the page of the run is made with, as the other reports are. */
  readonly page: Pick<ReporterOptions, 'source' | 'again'>
}

/** How a command that runs scenarios is typed again: its name and arguments, then the options to keep. */
export interface TypedCommand {
  readonly words: readonly string[]
  readonly options: readonly string[]
}

/** Everything about a run that can be wrong before a machine is asked.
 *  @param testbed  where they will run, when it is known by now: its hosts are those that steps may name
 *  @param testbedName  its name, when that alone is known: its past runs tell durations and failures
 *  @throws InputError with every problem of every file, for a selection that is empty, for an option that is wrong */
export async function prepareRun(
  invocation: Invocation,
  files: readonly string[],
  typed: TypedCommand,
  testbed?: Testbed,
  testbedName?: string,
): Promise<PreparedRun> {
  const { cwd, terminal } = invocation
  const [parallel, allowLocal] = [numberOption(invocation, 'parallel', 'scenarios', [1, 99]), flag(invocation, 'allowLocal')]
  const [repeat, retry] = [numberOption(invocation, 'repeat', 'times', [1, 999]), numberOption(invocation, 'retry', 'retries', [0, 99])]
  const timeoutMs = timeoutOption(invocation)
  if (retry > 0 && flag(invocation, 'keepOnFail'))
    throw inputError({
      code: 'bad-option',
      message: '--keep-on-fail and --retry do not go together: what is tried again has to be cleared away',
    })
  if (flag(invocation, 'pauseOnFail')) requireTerminal(terminal)
  const collect = textOption(invocation, 'collect') ?? 'failed'
  if (!['failed', 'always', 'never'].includes(collect))
    throw inputError({ code: 'bad-option', message: `--collect ${collect} is not known`, expected: 'failed, always or never' })
  const variables = await readGivenVariables(invocation)
  const loading = {
    allowLocal,
    given: valuesOf(variables),
    project: invocation.project,
    environment: process.env,
    ...(testbed === undefined ? {} : { testbed }),
  }
  const { scenarios, needed, problems, texts } = await loadScenarioFiles(files, cwd, loading)
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  // Notes are for `validate`.
  await tellProblems(
    [...problems, ...unknownVariables(variables, [...scenarios, ...needed])].filter(({ severity }) => severity !== 'note'),
    terminal,
  )
  const chosen = chooseScenarios(invocation, scenarios, needed, testbedName ?? testbed?.name ?? noTestbed.name)
  if (chosen.length === 0) {
    const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))]
    throw inputError({
      code: 'nothing-selected',
      message: `none of ${countOf(files.length, 'file')} is a scenario that was asked for`,
      expected: tags.length === 0 ? undefined : `a selection of the scenarios of these files, whose tags are ${tags.join(', ')}`,
      hint: 'see --tag, --skip-tag, --grep and --shard: a run that tests nothing is no success',
    })
  }
  const again = typeAgain(invocation, typed.words, typed.options)
  const page = { source: (file: string) => texts.get(file), again }
  const reporting = openReporting(chooseReporters(invocation, files), terminal, page)
  return { scenarios: Array.from({ length: repeat }, () => chosen).flat(), parallel, retry, timeoutMs, reporting, page }
}

function numberOption(invocation: Invocation, name: string, what: string, [least, most]: readonly [number, number]): number {
  const text = textOption(invocation, name) ?? String(least)
  if (/^\d{1,3}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
  throw inputError({ code: 'bad-option', message: `--${name} ${text} is not a number of ${what}`, expected: `${least} to ${most}` })
}

function timeoutOption(invocation: Invocation): number | undefined {
  const text = textOption(invocation, 'timeout')
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw inputError({ code: 'bad-option', message: `--timeout ${text} is no duration`, expected: durationForm })
}
