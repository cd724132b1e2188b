import { optionsOf } from '../command.ts'
import type { Command, CommandArgument, CommandDefinition, CommandOption, Completable } from '../command.ts'

/** Gives what could stand where something of a kind is wanted. @param start  what is typed of it already @param options  those typed before, by their long names in camelCase */
export type FindCandidates = (kind: Completable, start: string, options: Readonly<Record<string, string>>) => Promise<readonly string[]>

/**
 * What could stand in place of the last word of a command line: the names of commands and options, and what these take.
 *
 * @param words  those behind the name of the program; the last is the one at work, and may be empty
 * @returns      whole words, none when the shell's own ways are better
 */
export async function completeWords(
  words: readonly string[],
  commands: readonly Command[],
  find: FindCandidates,
): Promise<readonly string[]> {
  // Bash makes a word of its own of each = sign.
  const [name, ...typed] = words.filter((word) => word !== '=')
  const current = typed.at(-1)
  if (name === undefined || current === undefined) {
    return startingWith([...commands.map((command) => command.name), '--help', '--version'], name ?? '')
  }
  const definition = (await commands.find((command) => command.name === name)?.load())?.command
  if (definition === undefined) return []
  const { wanted, options, places } = readWords(typed.slice(0, -1), definition)
  if (wanted !== undefined) return startingWith(await find(wanted.completes ?? [], current, options), current)
  if (definition.passThrough === true && places > 0) return []
  if (!current.startsWith('-')) {
    const argument = argumentAt(definition.arguments ?? [], places)
    return argument?.completes === undefined ? [] : startingWith(await find(argument.completes, current, options), current)
  }
  const [flag = '', value] = current.split(/=(.*)/s)
  if (value === undefined) return startingWith(flagsLeft(definition, options), current)
  const option = optionsOf(definition).find((candidate) => longName(candidate) === flag)
  const values = startingWith(await find(option?.completes ?? [], value, options), value)
  return values.map((word) => `${flag}=${word}`)
}

/** What the words before the one at work say: the option that wants it as its value, those given so far, and how many arguments stand there. */
function readWords(words: readonly string[], definition: CommandDefinition) {
  const known = optionsOf(definition)
  const options: Record<string, string> = {}
  let wanted: CommandOption | undefined
  let places = 0
  for (const word of words) {
    if (wanted !== undefined) {
      options[camelCase(longName(wanted))] = word
      wanted = undefined
      continue
    }
    if (!word.startsWith('-')) {
      places += 1
      continue
    }
    const [flag = '', value] = word.split(/=(.*)/s)
    const option = known.find((candidate) => longName(candidate) === flag)
    options[camelCase(flag)] = value ?? ''
    if (option !== undefined && takesValue(option) && value === undefined) wanted = option
  }
  return { wanted, options, places }
}

function flagsLeft(definition: CommandDefinition, given: Readonly<Record<string, string>>): readonly string[] {
  const left = optionsOf(definition).filter((option) => option.repeatable === true || given[camelCase(longName(option))] === undefined)
  return [...left.map(longName), '--help']
}

/** The argument at a place; one with dots takes all places from its own on. */
function argumentAt(known: readonly CommandArgument[], place: number): CommandArgument | undefined {
  const last = known.at(-1)
  return known[place] ?? (last?.name.includes('...') === true ? last : undefined)
}

function longName({ flags }: CommandOption): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags
}

function takesValue({ flags }: CommandOption): boolean {
  return /[<[]/.test(flags)
}

function camelCase(flag: string): string {
  return flag.replace(/^--/, '').replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function startingWith(words: readonly string[], start: string): readonly string[] {
  return words.filter((word) => word.startsWith(start))
}
