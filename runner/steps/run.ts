import type { Json } from '../../schemas/json.ts'
import { commandResults, runCommand } from './command.ts'
import type { StepKind } from './kind.ts'
import { splitWords } from './split-words.ts'

/** A command on the host, as argv. */
export const run: StepKind = {
  summary: 'Runs a command on the host, without a shell.',
  schema: {
    description: 'The command: a list of words, or a text that is split as a shell splits words; then each word gets its values.',
    anyOf: [
      { type: 'string', minLength: 1, description: 'the command line' },
      { type: 'array', minItems: 1, items: { type: ['string', 'number', 'boolean'] }, description: 'the words of the command' },
    ],
  },
  host: 'required',
  implies: { exit: 0 },
  asserts: false,
  results: [...commandResults],
  prepare: splitWords,
  run: (context, params) => runCommand(context, context.machine, (params as readonly Json[]).map(String)),
}
