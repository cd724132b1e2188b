import { resolve } from 'node:path'
import { createHops } from '../../runner/hops/hops.ts'
import { InputError } from '../../schemas/failure.ts'
import type { Scenario, Step } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { countOf } from '../../system/count-of.ts'
import type { Invocation } from '../command.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { prepareRun } from './prepare-run.ts'
import type { PreparedRun, TypedCommand } from './prepare-run.ts'
import { runPrepared } from './run-prepared.ts'
import { watchFiles } from './watch-files.ts'

/**
 * Runs scenarios, and those again whose file or step files are saved, until Ctrl-C. A file with mistakes is told and not run. The connections
 * stay open between the runs.
 *
 * @returns the exit code of the last run
 */
export async function watchRun(
  invocation: Invocation,
  prepared: PreparedRun,
  typed: TypedCommand,
  workspace: Workspace,
  testbed: Testbed,
): Promise<number> {
  const { cwd, signal, terminal } = invocation
  const hops = createHops(testbed)
  const watching = watchFiles(signal)
  const known = new Map(prepared.scenarios.map((scenario) => [scenario.file, filesOf(scenario, cwd)]))
  try {
    watching.follow([...new Set([...known.values()].flat())])
    let code = await runPrepared(invocation, prepared, workspace, testbed, { hops })
    for (;;) {
      const all = [...new Set([...known.values()].flat())]
      watching.follow(all)
      if (!signal.aborted) terminal.err(`watching ${countOf(all.length, 'file')}: a saved one is run again, Ctrl-C ends`)
      const changed = await watching.next()
      if (changed === undefined) return code
      const files = [...known].flatMap(([file, needs]) => (needs.some((need) => changed.includes(need)) ? [file] : []))
      try {
        const again = await prepareRun(invocation, files, typed, testbed)
        for (const scenario of again.scenarios) known.set(scenario.file, filesOf(scenario, cwd))
        code = await runPrepared(invocation, again, workspace, testbed, { hops })
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        await tellProblems(error.problems, terminal)
      }
    }
  } finally {
    watching.close()
    await hops.close()
  }
}

/** A scenario's own file, those of the steps that it uses, and those of the scenarios that it needs. */
function filesOf({ file, needs, setup, steps, always }: Scenario, cwd: string): readonly string[] {
  const used = (step: Step): readonly string[] => [
    ...(step.use === undefined ? [] : [step.use.file, ...step.use.steps.flatMap(used)]),
    ...(step.steps ?? []).flatMap(used),
  ]
  return [
    ...new Set(
      [file, ...needs.map((need) => need.file), ...[...setup, ...steps, ...always].flatMap(used)].map((path) => resolve(cwd, path)),
    ),
  ]
}
