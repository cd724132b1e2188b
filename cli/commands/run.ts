import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { countOf } from '../../system/count-of.ts'
import { wrapText } from '../../system/wrap-text.ts'
import { anyTestbedOptions, flag, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { expandFiles } from '../files/expand-files.ts'
import { scenariosAmong } from '../files/scenarios-among.ts'
import { noTestbed } from '../running/no-testbed.ts'
import { tellPlan } from '../running/tell-plan.ts'
import type { PreparedRun } from '../running/prepare-run.ts'
import { runOptions } from '../running/run-options.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { hostsWorkspace, writeHostsWorkspace } from '../testbed/hosts-workspace.ts'
import { findTestbed, selectTestbed } from '../testbed/select-testbed.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** `titus-bed run`: proves what scenario files claim of the raised testbed. */
export const command: CommandDefinition = {
  arguments: [{ name: '[files...]', description: 'scenario files, folders or globs (default: scenarios/)', completes: 'yaml' }],
  description:
    'All files are checked before the first step runs. Scenarios that act on this computer alone (`host: local`) need no testbed. After Ctrl-C the steps under `always` still run and the report says what was not tested. The journal, a line of JSON for each event, is .titus-bed/NAME/runs/ID/journal.jsonl.',
  options: [
    ...anyTestbedOptions,
    ...runOptions,
    {
      flags: '--watch',
      description: 'go on: a scenario whose file, or a step file that it uses, is saved is checked and run again at once; Ctrl-C ends',
    },
    {
      flags: '--dry-run',
      description: 'say every host, command, request and call in order, with the values that are known; contact nothing',
    },
  ],
  examples: [
    ['titus-bed run scenarios/*.yaml', 'one after the other'],
    ['titus-bed run --tag smoke --bail', 'those tagged smoke, up to the first that does not pass'],
    ['titus-bed run scenarios/nginx-service.yaml --dry-run', 'what it would do'],
    ['titus-bed run --reporter spec --reporter junit=junit.xml', 'lines here, JUnit for CI in a file'],
  ],
  async run(invocation) {
    const { arguments: given, cwd, terminal } = invocation
    const { files, notes } = await scenariosAmong(await expandFiles(given, cwd, ['scenarios']), cwd)
    await tellProblems(notes, terminal)
    const { prepareRun } = await import('../running/prepare-run.ts')
    const typed = { words: ['run'], options: ['testbed', 'testbedFile', 'var', 'vars', 'noConfig', 'allowLocal'] }
    const found = findTestbed(invocation)
    const prepared = await prepareRun(invocation, files, typed, found)
    if (given.length === 0)
      terminal.err(
        wrapText(
          asTypedHere(
            `no files were named: this runs ${countOf(prepared.scenarios.length, 'scenario')} of scenarios/ (titus-bed list shows them)`,
          ),
          terminal.errColumns(),
        ),
      )
    if (flag(invocation, 'dryRun')) return await tellPlan(prepared.scenarios, found, terminal)
    const { workspace, testbed } = await placeOfRun(invocation, found, prepared)
    const { testbedToRun } = await import('../running/testbed-to-run.ts')
    const current = await testbedToRun(invocation, workspace, testbed)
    if (!flag(invocation, 'watch')) {
      const { runPrepared } = await import('../running/run-prepared.ts')
      return await runPrepared(invocation, prepared, workspace, current)
    }
    const { watchRun } = await import('../running/watch-run.ts')
    return await watchRun(invocation, prepared, typed, workspace, current)
  },
}

/** The testbed to run on. Where there is none, scenarios that act on this computer alone need none.
 *  @throws TestbedError when there is none and one is needed */
async function placeOfRun(
  invocation: Invocation,
  found: Testbed | undefined,
  { scenarios }: PreparedRun,
): Promise<{ readonly workspace: Workspace; readonly testbed: Testbed }> {
  const { needsTestbed } = await import('../running/needs-testbed.ts')
  const isAlone = found === undefined && textOption(invocation, 'testbed') === undefined && !(await needsTestbed(scenarios, invocation))
  const selected = isAlone ? { workspace: hostsWorkspace(invocation.cwd, noTestbed), testbed: noTestbed } : selectTestbed(invocation)
  if (selected.testbed.target === 'hosts') writeHostsWorkspace(selected.workspace, selected.testbed)
  return selected
}
