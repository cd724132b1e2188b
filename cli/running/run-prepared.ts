import { createRunId, runScenarios } from '../../runner/index.ts'
import { startDeadline } from '../../runner/time/deadline.ts'
import type { KeptScenario } from '../../runner/engine/kept-scope.ts'
import type { RunOptions } from '../../runner/engine/run-all.ts'
import type { Hops } from '../../runner/hops/hops.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { flag, textOption } from '../command.ts'
import type { Invocation } from '../command.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import { projectFolder } from '../files/project-fence.ts'
import { finish } from '../terminal/unfinished.ts'
import { graphOfRun } from '../testbed/known-graph.ts'
import { extendLease } from '../testbed/lease.ts'
import { askOnTerminal } from './ask-on-terminal.ts'
import { evidenceSources } from './evidence-sources.ts'
import { tellKept } from './kept-runs.ts'
import type { PreparedRun } from './prepare-run.ts'
import { openRecords } from './run-records.ts'
import { secretsOf } from './secrets-of.ts'
import { shortageOf } from './shortage.ts'

/** The longest time that a timer takes. */
const longestTimerMs = 2 ** 31 - 1

/** What else a run can be given. */
export interface RunMore {
  /** As `runScenarios` takes them. */
  readonly hops?: Hops
  /** What scenarios had captured when they were kept, by name. */
  readonly resumed?: RunOptions['resumed']
}

/** Runs prepared scenarios against a testbed, journals and reports, and gives the exit code. */
export async function runPrepared(
  invocation: Invocation,
  { scenarios, parallel, retry, timeoutMs, reporting, page }: PreparedRun,
  workspace: Workspace,
  testbed: Testbed,
  more: RunMore = {},
): Promise<number> {
  const { abandon, terminal } = invocation
  const deadline = startDeadline(timeoutMs ?? longestTimerMs, invocation.signal)
  const { signal } = deadline
  const run = createRunId()
  const records = openRecords(workspace, run, { reporting, page, terminal })
  // Whatever ends this process, but for a SIGKILL, leaves reports that are whole.
  const { endReports, onEvent, usualMs } = records
  process.once('exit', endReports)
  const project = projectFolder(invocation.cwd)
  const kept: KeptScenario[] = []
  const collect = textOption(invocation, 'collect')
  const [shard, cell] = [textOption(invocation, 'shard'), textOption(invocation, 'cell')]
  const pause = flag(invocation, 'pauseOnFail') ? askOnTerminal({ terminal, workspace, testbed, reporting, deadline }) : undefined
  const shortage = shortageOf(testbed)
  const graph = graphOfRun(workspace, testbed)
  const options = {
    run,
    parallel,
    bail: flag(invocation, 'bail'),
    retry,
    failOnFlaky: flag(invocation, 'failOnFlaky'),
    ...(shard === undefined ? {} : { shard }),
    ...(cell === undefined ? {} : { cell }),
    ...(flag(invocation, 'keepOnFail') ? { keep: (scenario: KeptScenario) => void kept.push(scenario) } : {}),
    ...(pause === undefined ? {} : { pause }),
    ...(more.resumed === undefined ? {} : { resumed: more.resumed }),
    usualMs,
    ...(collect === 'never'
      ? {}
      : { collect: { always: collect === 'always', keep: records.keepAnswer, besides: evidenceSources(workspace, testbed, page.source) } }),
    allowLocal: flag(invocation, 'allowLocal'),
    ...(shortage === undefined ? {} : { shortage }),
    ...(graph === undefined ? {} : { graph }),
    secrets: secretsOf(scenarios, process.env),
    ...(project === undefined ? {} : { project }),
  }
  try {
    const report = await finish(() =>
      runScenarios({ testbed, scenarios, options, signal, abandon, onEvent, ...(more.hops === undefined ? {} : { hops: more.hops }) }),
    )
    const broken = report.scenarios.some(({ steps, problem }) => [{ problem }, ...steps].some((part) => part.problem?.code === 'defect'))
    if (broken) return exitCodes.defect
    const isLate = report.interrupted && !invocation.signal.aborted
    if (isLate) terminal.err(`the time of the run is over (--timeout ${textOption(invocation, 'timeout')})`)
    return exitCodeOf(isLate ? 'errored' : report.outcome, report.interrupted && !isLate)
  } finally {
    process.off('exit', endReports)
    endReports()
    deadline.dispose()
    if (kept.length > 0) {
      tellKept(workspace, run, kept, terminal)
      await extendLease(workspace, testbed, terminal)
    }
    records.close()
  }
}
