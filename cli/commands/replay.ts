import { testbedOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { reporterOption, resumeOptions } from '../running/run-options.ts'

/** `titus-bed replay RUN`: judges what a run saw by the files as they are now. */
export const command: CommandDefinition = {
  arguments: [{ name: '[run]', description: 'a run, or the beginning of its name (default: the last one)' }],
  description:
    'The journal of a run keeps what each attempt at a step saw. Expectations, captures and expressions of the files are judged by that as `run` does it, and no machine is reached: a right JMESPath in seconds. What the record does not have is told and never passes: a new step, a changed command or request, what was masked or is not whole. Exit code 0: all holds; 1: something does not; 3: something is not in the record.',
  options: [
    testbedOption,
    {
      flags: '--scenario <file>',
      description: 'a scenario file to judge by, its scenarios named as in the run (repeatable; default: those of the run)',
      repeatable: true,
      completes: 'yaml',
    },
    ...resumeOptions.filter(({ flags }) => /^--vars? /.test(flags)),
    reporterOption,
  ],
  examples: [
    ['titus-bed replay', 'the last run, by its files as they are now'],
    ['titus-bed replay 20261122-160530 --scenario edited.yaml', 'a run by another file'],
  ],
  async run(invocation) {
    const { replay } = await import('../report/replay-run.ts')
    return await replay(invocation)
  },
}
