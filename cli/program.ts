import { Command as Parser, CommanderError } from 'commander'
import { optionsOf } from './command.ts'
import type { Command, CommandDefinition, Invocation } from './command.ts'
import { findProjectFile } from './files/find-project-file.ts'
import { projectOptions } from './files/project-options.ts'
import type { Project } from '../schemas/project.ts'
import { exitCodes } from './exit-codes.ts'
import { helpList, helpParagraph, helpStyle } from './help.ts'
import type { HelpItem } from './help.ts'
import { tellFailure } from './terminal/tell-failure.ts'
import type { Terminal } from './terminal/terminal.ts'
import { asTypedHere } from './product/typed-as.ts'

/** What the program needs of the outside. */
export interface ProgramContext {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly abandon: AbortSignal
  readonly cwd: string
  readonly version: string
}

/** Parses a command line, runs the command that it names, and gives the exit code. Never throws, never ends the process. */
export async function runCommandLine(argv: readonly string[], commands: readonly Command[], context: ProgramContext): Promise<number> {
  const { terminal } = context
  let code: number = exitCodes.passed
  const program = new Parser('titus-bed')
    .description('Raise a Netflix Titus testbed, on AWS or in a lab on this computer, and prove that it works.')
    .version(context.version)
    .showSuggestionAfterError()
    .showHelpAfterError(asTypedHere('  do: titus-bed --help lists the commands'))
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp(helpStyle)
    .configureOutput({
      writeOut: (text) => terminal.raw(text),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns() ?? 80,
    })
    .addHelpText('after', ({ command }) => `\n${helpList('First steps:', firstSteps, command)}\n\n${helpParagraph(lastWords, command)}`)
  try {
    for (const { name, summary, load } of commands) {
      const parser = program.command(name).summary(summary)
      // What is typed stands in the arguments, wherever: help on the others is their names and summaries.
      if (!argv.includes(name)) continue
      const { command } = await load()
      describeCommand(parser, summary, command, context.cwd, async (invocation) => {
        code = await command.run({
          ...invocation,
          terminal,
          signal: context.signal,
          abandon: context.abandon,
          cwd: context.cwd,
          commands,
        })
      })
    }
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage
    return await tellFailure(error, terminal, context.signal.aborted)
  }
}

const firstSteps: readonly HelpItem[] = [
  ['titus-bed init', 'write a cluster.yaml and a first scenario here'],
  ['titus-bed doctor', 'what this computer lacks for the lab, and how to get it'],
  ['titus-bed apply cluster.yaml', 'raise the testbed (in the lab, unless the file says target: aws)'],
  ['titus-bed run scenarios/*.yaml', 'prove that it works'],
  ['titus-bed destroy', 'remove everything'],
]

const lastWords =
  'Exit codes: 0 passed, 1 a scenario failed, 2 usage or a file is wrong, 3 the testbed got in the way, ' +
  '70 a defect of titus-bed, 130 interrupted. titus-bed explain says what anything means.'

function describeCommand(
  parser: Parser,
  summary: string,
  definition: CommandDefinition,
  cwd: string,
  run: (invocation: Pick<Invocation, 'arguments' | 'options' | 'project'>) => Promise<void>,
): void {
  parser.description(definition.description === undefined ? summary : `${summary}\n\n${definition.description}`)
  for (const { name, description } of definition.arguments ?? []) parser.argument(name, description)
  for (const option of optionsOf(definition)) {
    if (option.repeatable === true)
      parser.option(option.flags, option.description, (value: string, before?: readonly string[]) => [...(before ?? []), value])
    else parser.option(option.flags, option.description, option.default)
  }
  if (definition.passThrough === true) parser.passThroughOptions()
  parser.showHelpAfterError(
    asTypedHere(`  do: type, for instance, ${definition.examples[0][0]} (titus-bed ${parser.name()} --help says more)`),
  )
  parser.addHelpText('after', () => `\n${helpList('Examples:', definition.examples, parser)}`)
  parser.action(async (...given: unknown[]) => {
    const positional = given
      .slice(0, -2)
      .flatMap((value) => (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : []))
    // Commander leaves the `--` of `exec HOST -- …` in what passes through.
    const separator = definition.passThrough === true && positional[1] === '--' ? 1 : positional.length
    const project = parser.opts()['config'] === false || definition.readsProject === false ? undefined : await projectIn(cwd)
    const { config, ...typed } = parser.opts()
    const defaults = Object.entries(project === undefined ? {} : projectOptions(project, cwd)).filter(
      ([name]) => takes(parser, name) && !isTyped(parser, name),
    )
    const options = { ...typed, ...Object.fromEntries(defaults), ...(config === false ? { noConfig: true } : {}) }
    await run({ arguments: positional.toSpliced(separator, 1), options, project })
  })
}

/** Most folders have no project file: what reads one is loaded where there is one. */
async function projectIn(cwd: string): Promise<Project | undefined> {
  const path = findProjectFile(cwd)
  return path === undefined ? undefined : (await import('./files/load-project-file.ts')).loadProjectFile(path, cwd)
}

/** Whether an option was typed, or the other one that says the same: `--testbed-file` names a testbed, too. */
function isTyped(parser: Parser, name: string): boolean {
  const names = name === 'testbed' ? ['testbed', 'testbedFile'] : [name]
  return names.some((each) => parser.getOptionValueSource(each) === 'cli')
}

function takes(parser: Parser, name: string): boolean {
  return parser.options.some((option) => option.attributeName() === name)
}
