import type { Project } from '../schemas/project.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a command is given: what was typed, where to write, when to stop. */
export interface Invocation {
  readonly arguments: readonly string[]
  /** Options by their long name in camelCase; a flag is true, a value a string, a repeated option a list. */
  readonly options: Readonly<Record<string, unknown>>
  readonly terminal: Terminal
  /** Aborted by the first Ctrl-C: finish what must be finished, then stop. */
  readonly signal: AbortSignal
  /** Aborted by the second: drop even that. */
  readonly abandon: AbortSignal
  /** The folder that relative paths and `.titus-bed/` are looked up in. */
  readonly cwd: string
  /** What the project file says; undefined where there is none, or it is left out. */
  readonly project?: Project | undefined
  /** Every command, for what tells of them all. */
  readonly commands: readonly Command[]
}

/** A command as the list of them names it: what it does is loaded when it is wanted. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<{ readonly command: CommandDefinition }>
}

/** What a command takes and does. A new one is a file that exports this as `command`, and a line in `commands/index.ts`. */
export interface CommandDefinition {
  /** Arguments in commander's notation: `[file]`, `<host>`, `[files...]`. */
  readonly arguments?: readonly CommandArgument[]
  /** What to know before using it: paragraphs under the summary in `--help`. */
  readonly description?: string
  readonly options?: readonly CommandOption[]
  /** Lines to type, each with what it does. A mistyped command line is answered with the first. */
  readonly examples: readonly [Example, ...Example[]]
  /** Everything after the first argument goes through untouched, but for a `--` right behind that (`exec HOST -- …`). */
  readonly passThrough?: boolean
  /** False for a command that goes on whatever the project file is. */
  readonly readsProject?: boolean
  /** Does the work and gives the exit code. Heavy imports belong inside. */
  readonly run: (invocation: Invocation) => Promise<number>
}

/** An argument in commander's notation: `<host>`. */
export interface CommandArgument {
  readonly name: string
  readonly description: string
  /** What a shell may offer there. */
  readonly completes?: Completable
}

/** What a shell can complete: the name of something, a YAML file, or one of a few words. */
export type Completable = 'testbed' | 'host' | 'yaml' | 'reporter' | 'topic' | readonly string[]

/** A line to type, and what it does. */
export type Example = readonly [command: string, meaning: string]

/** An option in commander's notation: `--testbed <name>`. */
export interface CommandOption {
  readonly flags: string
  readonly description: string
  readonly default?: string | boolean
  readonly repeatable?: boolean
  /** What a shell may offer as its value. */
  readonly completes?: Completable
}

/** The option that most commands share. */
export const testbedOption: CommandOption = {
  flags: '--testbed <name>',
  description: 'the testbed to act on (default: the one raised last)',
  completes: 'testbed',
}

/** The options that say what to act on, of commands that also take hosts which titus-bed did not raise. */
export const anyTestbedOptions: readonly CommandOption[] = [
  testbedOption,
  {
    flags: '--testbed-file <file>',
    description: 'act on hosts that titus-bed did not raise: a file that says how to reach them (titus-bed adopt writes one)',
    completes: 'yaml',
  },
]

/** Leaves the project file out. */
const configOption: CommandOption = { flags: '--no-config', description: 'leave the project file (titus-bed.yaml) out' }

/** The options of a command: its own, and the one that all have. */
export function optionsOf({ options = [] }: Pick<CommandDefinition, 'options'>): readonly CommandOption[] {
  return [...options, configOption]
}

/** An option's value when it is a string. */
export function textOption(invocation: Invocation, name: string): string | undefined {
  const value = invocation.options[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of a repeatable option. */
export function listOption(invocation: Invocation, name: string): readonly string[] {
  const value = invocation.options[name]
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []
}

/** Whether a flag was given. */
export function flag(invocation: Invocation, name: string): boolean {
  return invocation.options[name] === true
}
