import { anyTestbedOptions } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { resumeOptions } from '../running/run-options.ts'

/** `titus-bed release RUN`: the steps under `always` that were kept back. */
export const command: CommandDefinition = {
  arguments: [{ name: '[run]', description: 'the id of a run with --keep-on-fail (default: the last one that kept something)' }],
  description: 'Runs the steps under `always` of the scenarios that the run kept, with what their steps had captured.',
  options: [...anyTestbedOptions, ...resumeOptions.filter(({ flags }) => flags !== '--keep-on-fail')],
  examples: [['titus-bed release', 'what the last run kept']],
  async run(invocation) {
    const { goOn } = await import('../running/go-on.ts')
    return await goOn(invocation, (scenario) => ({ scenario: { ...scenario, invariants: [], setup: [], steps: [], outputs: [] }, from: 0 }))
  },
}
