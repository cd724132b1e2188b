import type { CommandOption } from '../command.ts'

/** Lets scenarios use more of this computer than their project. */
export const allowLocalOption: CommandOption = {
  flags: '--allow-local',
  description: 'let steps with host: local run on this computer, and scenarios name files outside of the project',
}

/** The options that say which scenarios are meant. */
export const selectingOptions: readonly CommandOption[] = [
  { flags: '--tag <tag>', description: 'only scenarios with this tag (repeatable: with one of them)', repeatable: true },
  { flags: '--grep <text>', description: 'only scenarios with this in their name or file' },
]

/** The options of `run`, which `test` takes too. */
export const runOptions: readonly CommandOption[] = [
  ...selectingOptions,
  { flags: '--bail', description: 'stop after the first scenario that does not pass' },
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
  allowLocalOption,
  {
    flags: '--reporter <name[=file]>',
    description:
      'how to report (titus-bed explain reporter lists the names); with =file it writes there (repeatable; default: live on a terminal, spec elsewhere)',
    repeatable: true,
    completes: 'reporter',
  },
]
