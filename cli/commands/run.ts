import { countOf } from '../../system/count-of.ts'
import { testbedOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { expandFiles } from '../files/expand-files.ts'
import { scenariosAmong } from '../files/scenarios-among.ts'
import { runOptions } from '../running/run-options.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { findTestbed, selectTestbed } from '../testbed/select-testbed.ts'

/** `titus-bed run`: proves what scenario files claim of the raised testbed. */
export const command: CommandDefinition = {
  arguments: [{ name: '[files...]', description: 'scenario files, folders or globs (default: scenarios/)', completes: 'yaml' }],
  description:
    'All files are checked before the first step runs. After Ctrl-C the steps under `always` still run and the report says what was not tested. The journal, a line of JSON for each event, is .titus-bed/NAME/runs/ID/journal.jsonl.',
  options: [testbedOption, ...runOptions],
  examples: [
    ['titus-bed run scenarios/*.yaml', 'one after the other'],
    ['titus-bed run --tag smoke --bail', 'those tagged smoke, up to the first that does not pass'],
    ['titus-bed run --reporter spec --reporter junit=junit.xml', 'lines here, JUnit for CI in a file'],
  ],
  async run(invocation) {
    const { arguments: given, cwd, signal, terminal } = invocation
    const { files, notes } = await scenariosAmong(await expandFiles(given, cwd, ['scenarios']), cwd)
    await tellProblems(notes, terminal)
    const { prepareRun, runPrepared } = await import('../running/prepared-run.ts')
    const prepared = await prepareRun(
      invocation,
      files,
      { words: ['run'], options: ['testbed', 'var', 'vars', 'allowLocal'] },
      findTestbed(invocation),
    )
    if (given.length === 0)
      terminal.err(
        `no files were named: this runs ${countOf(prepared.scenarios.length, 'scenario')} of scenarios/ (titus-bed list shows them)`,
      )
    const { workspace, testbed } = selectTestbed(invocation)
    const { refreshTestbed } = await import('../testbed/refresh-testbed.ts')
    return await runPrepared(invocation, prepared, workspace, await refreshTestbed(workspace, testbed, signal))
  },
}
