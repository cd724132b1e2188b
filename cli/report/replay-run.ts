import { runScenarios } from '../../runner/index.ts'
import { createPlayback, notRecorded } from '../../runner/replay/playback.ts'
import { readRecord } from '../../runner/replay/record.ts'
import type { RunRecord, ScenarioRecord } from '../../runner/replay/record.ts'
import { wholeName } from '../../runner/report.ts'
import type { RunReport } from '../../runner/report.ts'
import type { TestbedFacts } from '../../schemas/event.ts'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { countOf } from '../../system/count-of.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { isToldApart, tellApart } from '../../system/tell-apart.ts'
import { listOption, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { givenValues } from '../files/given-variables.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { findRun } from './find-run.ts'
import { readJournal } from './read-journal.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { typeAgain } from '../running/again.ts'
import { chooseReporters } from '../running/choose-reporters.ts'
import { secretsOf } from '../running/secrets-of.ts'
import { openReporting } from '../running/reporting.ts'
import { journalIn } from '../running/run-folder.ts'
import { withNeeded } from '../running/with-needed.ts'

/** A scenario as it is now, and what the run kept of it. */
interface Pair {
  readonly scenario: Scenario
  readonly record: ScenarioRecord
}

/** Judges a run again by its files as they are now, or by others. @returns the exit code @throws InputError */
export async function replay(invocation: Invocation): Promise<number> {
  const { cwd, terminal, signal, abandon } = invocation
  const known = findRun(cwd, invocation.arguments[0], textOption(invocation, 'testbed'))
  const record = readRecord(readJournal(journalIn(known.folder)))
  const facts = factsOf(record)
  const named = listOption(invocation, 'scenario')
  const files = named.length > 0 ? named : [...new Set(record.scenarios.map(({ file }) => file))]
  const testbed: Testbed = { ...facts, hosts: facts.hosts.map((host) => ({ ...host, route: [] })), api: {} }
  const { scenarios, needed, problems, texts } = await loadScenarioFiles(files, cwd, {
    // Nothing is done on this computer, or anywhere.
    allowLocal: true,
    testbed,
    given: await givenValues(invocation),
    project: invocation.project,
    environment: process.env,
  })
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(problems)
  await tellProblems(
    problems.filter(({ severity }) => severity === 'warning'),
    terminal,
  )
  const pairs = pairScenarios(scenarios, record, named.length > 0)
  const order = withNeeded(
    pairs.map(({ scenario }) => scenario),
    [...scenarios, ...needed],
  )
  const judged = [
    ...order.filter((scenario) => !pairs.some((pair) => pair.scenario === scenario)),
    ...pairs.map(({ scenario }) => scenario),
  ]
  const labels = tellApart(judged.map(({ name }) => name))
  const first = judged.length - pairs.length
  const ofNeeded = judged.slice(0, first).map((scenario, index) => [labels[index] ?? '', scenario.name] as const)
  const playback = createPlayback(
    record,
    new Map([...ofNeeded, ...pairs.map((pair, index) => [labels[first + index] ?? '', pair.record.label] as const)]),
  )
  const options = { ...invocation.options, allowLocal: record.allowLocal }
  const page = {
    source: (file: string) => texts.get(file),
    again: typeAgain({ cwd, options }, ['run'], ['testbed', 'var', 'vars', 'noConfig', 'allowLocal']),
  }
  const reporting = openReporting(chooseReporters(invocation, files), terminal, page)
  const report = await runScenarios({
    testbed,
    scenarios: judged,
    options: { run: record.run, allowLocal: true, playback, secrets: secretsOf(judged, process.env) },
    signal,
    abandon,
    onEvent: reporting.onEvent,
  })
  reporting.finish()
  tellCoverage(report, known.run, terminal)
  return exitCodeOf(report.outcome, report.interrupted)
}

function factsOf({ run, testbed }: RunRecord): TestbedFacts {
  if (testbed !== undefined) return testbed
  throw inputError({ code: 'no-journal', message: `the journal of ${run} keeps no record of what its steps saw`, hint: 'run again' })
}

/** The scenarios of files that the run had, as often as it had them. @param isWanted  whether each has to be of the run */
function pairScenarios(scenarios: readonly Scenario[], { run, scenarios: records }: RunRecord, isWanted: boolean): readonly Pair[] {
  const pairs = scenarios.flatMap((scenario) => {
    const named = records.filter(({ label }) => isToldApart(label, scenario.name))
    const ofFile = named.filter(({ file }) => file === scenario.file)
    return (ofFile.length > 0 ? ofFile : named).map((record) => ({ scenario, record }))
  })
  const names = records.map(({ label }) => label)
  const lost = scenarios.find((scenario) => !pairs.some((pair) => pair.scenario === scenario))
  if (pairs.length > 0 && (lost === undefined || !isWanted)) return pairs
  throw inputError({
    code: 'nothing-selected',
    message: lost === undefined ? `the run ${run} had no scenario` : `the run ${run} had no scenario ${JSON.stringify(lost.name)}`,
    expected: names.slice(0, 10).join(', '),
    hint: lost === undefined ? undefined : didYouMean(lost.name, names),
  })
}

/** Says what of the files was judged by the record, and what it does not have. */
function tellCoverage({ scenarios }: RunReport, run: string, terminal: Terminal): void {
  const steps = scenarios.flatMap((scenario) => scenario.steps.map((step) => ({ scenario, step })))
  const told = steps.filter(({ step }) => step.cause === undefined && step.outcome !== 'skipped' && step.problem?.code !== notRecorded)
  const unknown = steps.filter(({ step }) => step.cause === undefined && step.problem?.code === notRecorded)
  terminal.err(`${countOf(told.length, 'step')} judged again by the record of ${run}, ${countOf(unknown.length, 'step')} not in it`)
  for (const { scenario, step } of unknown)
    terminal.err(`  ${scenario.name} › ${wholeName(step)}: ${step.problem?.message.split('\n', 1)[0] ?? ''}`)
}
