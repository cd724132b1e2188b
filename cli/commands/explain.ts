import { inputError } from '../../schemas/failure.ts'
import { wrapText } from '../../system/wrap-text.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

/** `titus-bed explain`: what the reference says, on the terminal. */
export const command: CommandDefinition = {
  arguments: [
    { name: '[topic]', description: 'step.reach, matcher.each, agents.capacity, command.run, … (default: list them)', completes: 'topic' },
  ],
  description: 'The text is that of docs/reference/.',
  examples: [
    ['titus-bed explain', 'every topic'],
    ['titus-bed explain step.reach', 'a kind of step, with its keys and results'],
    ['titus-bed explain agents.capacity', 'a key of cluster.yaml'],
    ['titus-bed explain matcher', 'all matchers, a line each'],
  ],
  async run({ arguments: [name], commands, terminal }) {
    const [{ referenceChapters }, { explainName }] = await Promise.all([
      import('../reference/chapters.ts'),
      import('../reference/explain.ts'),
    ])
    const found = explainName(await referenceChapters(commands), name)
    if ('nearest' in found) {
      const hint = found.nearest === undefined ? 'titus-bed explain lists them' : `did you mean "${found.nearest}"?`
      throw inputError({ code: 'unknown-topic', message: `there is no topic "${name}"`, hint })
    }
    terminal.out(wrapProse(found.text, terminal.columns()))
    return exitCodes.passed
  },
}

/** A topic broken between its words; an example keeps its lines. */
function wrapProse(text: string, columns: number | undefined): string {
  const lines = text.split('\n')
  return lines.map((line) => (line.startsWith('    ') ? line : wrapText(line, columns, line.startsWith('- ') ? '  ' : ''))).join('\n')
}
