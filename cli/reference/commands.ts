import type { Command, CommandDefinition } from '../command.ts'
import type { Chapter, Topic } from './topic.ts'

/** The chapter of the commands. */
export async function commandChapter(commands: readonly Command[]): Promise<Chapter> {
  return {
    page: 'commands',
    title: 'Commands',
    introduction:
      '`titus-bed COMMAND --help` says the same, wrapped to the width of the terminal. Every command takes `--no-config`, which leaves the project file out.',
    topics: await Promise.all(commands.map(async (command) => commandTopic(command, (await command.load()).command))),
  }
}

function commandTopic(
  { name, summary }: Command,
  { description, arguments: words = [], options = [], examples }: CommandDefinition,
): Topic {
  const width = Math.max(...examples.map(([line]) => line.length))
  return {
    name: `command.${name}`,
    summary: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    paragraphs: description === undefined ? [] : [description],
    lists: [
      { title: 'Arguments', items: words.map((word) => ({ name: word.name, meaning: word.description })) },
      {
        title: 'Options',
        items: options.map(({ flags, description: meaning, default: fallback }) => ({
          name: flags,
          ...(fallback === undefined ? {} : { form: `by default \`${String(fallback)}\`` }),
          meaning,
        })),
      },
    ],
    example: examples.map(([line, meaning]) => `${line.padEnd(width)}  # ${meaning}`).join('\n'),
  }
}
