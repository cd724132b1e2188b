import type { KeptScenario, Resumed } from '../../runner/engine/kept-scope.ts'
import type { Scenario, Step } from '../../schemas/scenario.ts'
import { flag } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { findTestbed, selectTestbed } from '../testbed/select-testbed.ts'
import { hostsWorkspace } from '../testbed/hosts-workspace.ts'
import { requireTerminal } from './ask-on-terminal.ts'
import { chooseReporters } from './choose-reporters.ts'
import { forgetKept, loadKept, readKept } from './kept-runs.ts'
import { noTestbed } from './no-testbed.ts'
import { runPrepared } from './run-prepared.ts'
import { openReporting } from './reporting.ts'
import { testbedToRun } from './testbed-to-run.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** What is left of a scenario to run. */
export interface Part {
  readonly scenario: Scenario
  readonly from: number
}

/**
 * Goes on with the scenarios that a run kept, and forgets that it did.
 *
 * @param part  what of a scenario is to run, and how many of its steps are left out
 * @returns     the exit code
 */
export async function goOn(invocation: Invocation, part: (scenario: Scenario, kept: KeptScenario) => Part): Promise<number> {
  const { cwd, terminal, signal } = invocation
  const isAlone = findTestbed(invocation) === undefined && invocation.options['testbed'] === undefined
  const { workspace, testbed } = isAlone ? { workspace: hostsWorkspace(cwd, noTestbed), testbed: noTestbed } : selectTestbed(invocation)
  if (flag(invocation, 'pauseOnFail')) requireTerminal(terminal)
  const kept = readKept(workspace, invocation.arguments[0])
  const parts = (await loadKept(kept, invocation)).flatMap((scenario, index) => {
    const own = kept.scenarios[index]
    return own === undefined ? [] : [{ ...part(scenario, own), own }]
  })
  const scenarios = parts.map(({ scenario }) => scenario)
  const some = scenarios.filter(({ steps, always }) => steps.length + always.length > 0)
  if (some.length === 0) {
    forgetKept(workspace, kept.run)
    terminal.out('there is nothing to clear away')
    return exitCodes.passed
  }
  const again = () => asTypedHere(`titus-bed resume ${kept.run}`)
  const page = { source: () => undefined, again }
  const reporting = openReporting(chooseReporters(invocation, []), terminal, page)
  const prepared = { scenarios: some, parallel: 1, retry: 0, timeoutMs: undefined, reporting, page }
  const resumed = Object.fromEntries(parts.map(({ scenario, from, own }) => [scenario.name, resumeWith(scenario, own, from)]))
  const current = await testbedToRun(invocation, workspace, testbed)
  const code = await runPrepared(invocation, prepared, workspace, current, { resumed })
  if (!signal.aborted) forgetKept(workspace, kept.run)
  return code
}

/** What the steps to come capture themselves is not given to them. */
function resumeWith({ steps }: Scenario, { captured, secrets, hidden }: KeptScenario, from: number): Resumed {
  const anew = new Set(steps.flatMap(namesOf))
  return { captured: Object.fromEntries(Object.entries(captured).filter(([name]) => !anew.has(name))), secrets, hidden, from }
}

/** What a step captures, and the steps of a group. */
function namesOf({ capture, steps = [] }: Step): readonly string[] {
  return [...capture.map(({ name }) => name), ...steps.flatMap(namesOf)]
}
