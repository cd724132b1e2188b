import type { CommandOption } from '../command.ts'

/** Lets scenarios use more of this computer than their project. */
export const allowLocalOption: CommandOption = {
  flags: '--allow-local',
  description: 'let steps with host: local run on this computer, and scenarios name files outside of the project',
}

/** The options that say which scenarios are meant. */
export const selectingOptions: readonly CommandOption[] = [
  {
    flags: '--tag <expression>',
    description: 'only scenarios with this tag, or for which this holds: "smoke and not slow" (repeatable: for which one of them holds)',
    repeatable: true,
  },
  { flags: '--skip-tag <expression>', description: 'without those for which this holds (repeatable)', repeatable: true },
  { flags: '--grep <text>', description: 'only scenarios with this in their name or file' },
  { flags: '--only-failed', description: 'only those that did not pass in the last run on the testbed' },
  {
    flags: '--shard <i/n>',
    description: 'only one of n parts that take about the same time, as far as the journals of past runs tell it; each scenario is in one',
  },
]

/** How to report. */
export const reporterOption: CommandOption = {
  flags: '--reporter <name[=file]>',
  description:
    'how to report (titus-bed explain reporter lists the names); with =file it writes there (repeatable; default: live on a terminal, spec elsewhere)',
  repeatable: true,
  completes: 'reporter',
}

/** The options of `run`, which `test` takes too. */
export const runOptions: readonly CommandOption[] = [
  ...selectingOptions,
  { flags: '--bail', description: 'stop after the first scenario that does not pass' },
  {
    flags: '--keep-on-fail',
    description:
      'do not clear away what a scenario that does not pass has made: titus-bed resume goes on with it, titus-bed release clears it away',
  },
  {
    flags: '--pause-on-fail',
    description:
      'on a terminal: after a step that does not pass, ask what to do: run it again, go on, look at its variables, open a shell on a machine',
  },
  { flags: '--repeat <n>', description: 'run each scenario so often', default: '1' },
  {
    flags: '--retry <n>',
    description: 'run a scenario that does not pass again, so often: when it passes then, it is flaky',
    default: '0',
  },
  { flags: '--fail-on-flaky', description: 'a scenario that passes on a retry has failed' },
  {
    flags: '--timeout <duration>',
    description: 'the longest time for all scenarios together, such as 30m; then the run ends as after Ctrl-C, with exit code 3',
  },
  { flags: '--parallel <n>', description: 'so many scenarios at a time', default: '1' },
  {
    flags: '--var <name=value>',
    description: 'the value of a variable of the scenarios, read as YAML reads a scalar (repeatable)',
    repeatable: true,
  },
  {
    flags: '--vars <file>',
    description: 'a YAML file with values of variables, by name; --var is stronger (repeatable)',
    repeatable: true,
  },
  {
    flags: '--collect <when>',
    description:
      'when machines are asked what they know of a scenario: failed, always or never; at most 20 s and 50 MiB, kept beside the journal',
    default: 'failed',
    completes: ['failed', 'always', 'never'],
  },
  allowLocalOption,
  reporterOption,
]

/** Those of them that still mean something where a run is gone on with. */
export const resumeOptions: readonly CommandOption[] = runOptions.filter(({ flags }) =>
  /^--(keep-on-fail|pause-on-fail|var|vars|allow-local|reporter) ?/.test(flags),
)
