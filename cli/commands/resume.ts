import { inputError } from '../../schemas/failure.ts'
import { anyTestbedOptions, textOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { resumeOptions } from '../running/run-options.ts'

/** `titus-bed resume RUN`: goes on where a scenario that was kept did not pass. */
export const command: CommandDefinition = {
  arguments: [{ name: '[run]', description: 'the id of a run with --keep-on-fail (default: the last one that kept something)' }],
  description:
    'Runs the scenarios that the run kept from the step on that did not pass, as their files are now, with what the steps before had captured; then the steps under `always`, unless one does not pass again and --keep-on-fail is given again.',
  options: [
    ...anyTestbedOptions,
    { flags: '--from-step <n>', description: 'go on from this step; titus-bed explain FILE numbers them' },
    ...resumeOptions,
  ],
  examples: [
    ['titus-bed resume --keep-on-fail', 'what the last run kept, and keep it again when it does not pass'],
    ['titus-bed resume 20261122-160530-1243fa9 --from-step 3', 'from the third step of its scenarios on'],
  ],
  async run(invocation) {
    const { goOn } = await import('../running/go-on.ts')
    const text = textOption(invocation, 'fromStep')
    if (text !== undefined && !/^[1-9]\d{0,3}$/.test(text))
      throw inputError({ code: 'bad-option', message: `--from-step ${text} is no number of a step`, expected: '1 or more' })
    return await goOn(invocation, (scenario, { failedAt }) => {
      const from = text === undefined ? failedAt : Number(text) - 1
      const all = [...scenario.setup, ...scenario.steps]
      if (from < all.length) return { scenario: { ...scenario, setup: [], steps: all.slice(from) }, from }
      throw inputError({ code: 'bad-option', message: `"${scenario.name}" has no step ${from + 1}`, expected: `1 to ${all.length}` })
    })
  },
}
