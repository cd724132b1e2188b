import { join } from 'node:path'
import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { pastOf } from '../../runner/history/past.ts'
import { flag, testbedOption, textOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { historyIn, readHistory } from '../history/history-file.ts'
import { renderHistory, renderPast } from '../history/render-history.ts'
import { findRun } from '../report/find-run.ts'

/** `titus-bed history`: what past runs on a testbed came to, how long things took, and what got slower since when. */
export const command: CommandDefinition = {
  description:
    'Each run adds what its scenarios came to, and how long each step with `until:` took until it held, to .titus-bed/NAME/history.jsonl. Flaky is what passed on a retry, or failed between two runs that passed. Slower is what takes at least a quarter longer from a run on than before it.',
  options: [
    testbedOption,
    { flags: '--scenario <name>', description: 'one scenario, with its steps that wait for something' },
    { flags: '--json', description: 'an array: scenario, file, runs, passed, flaky, durations, waits of each' },
  ],
  examples: [
    ['titus-bed history', 'every scenario: flake rate, median and 95 % of its durations'],
    ["titus-bed history --scenario 'nginx answers on its own VPC address'", 'one, with what it waits for'],
  ],
  async run(invocation) {
    const { cwd, terminal } = invocation
    // The testbed that was run on last, since it may be destroyed by now.
    const testbed = textOption(invocation, 'testbed') ?? findRun(cwd, undefined).testbed
    const pasts = pastOf(readHistory(historyIn(join(cwd, '.titus-bed', testbed))))
    if (pasts.length === 0) throw inputError({ code: 'no-such-run', message: `there is no history of ${testbed}`, hint: 'titus-bed run' })
    const name = textOption(invocation, 'scenario')
    const chosen = name === undefined ? pasts : pasts.filter(({ scenario }) => scenario === name)
    if (name !== undefined && chosen.length === 0) {
      const names = pasts.map(({ scenario }) => scenario)
      throw inputError({
        code: 'nothing-selected',
        message: `no scenario ${JSON.stringify(name)} ran on ${testbed}`,
        expected: names.slice(0, 10).join(', '),
        hint: didYouMean(name, names),
      })
    }
    if (flag(invocation, 'json')) terminal.out(JSON.stringify(chosen, null, 2))
    else for (const line of name === undefined ? renderHistory(chosen) : chosen.flatMap(renderPast)) terminal.out(line)
    return exitCodes.passed
  },
}
