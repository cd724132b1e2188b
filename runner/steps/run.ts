import type { Json } from '../../schemas/json.ts'
import { splitWords } from '../../system/split-words.ts'
import { StepError } from '../step-error.ts'
import { commandResults, commandTexts, runCommand } from './command.ts'
import type { StepKind } from './kind.ts'

/** A command on the host, as argv. */
export const run: StepKind = {
  summary: 'Runs a command on the host, without a shell.',
  schema: {
    description: 'The command: a list of words, or a text that is split as a shell splits words; then each word gets its values.',
    anyOf: [
      { type: 'string', minLength: 1, description: 'the command line' },
      {
        type: 'array',
        minItems: 1,
        items: { type: 'string', description: 'A word; no shell reads it.' },
        description: 'the words of the command',
      },
    ],
  },
  example: `
name: the gateway's service is active
host: gateway
run: systemctl is-active titus-server-gateway
expect: { stdout: active }
until: { within: 30s, every: 1s }`,
  reads: 'words',
  host: 'required',
  implies: { exit: 0 },
  pollable: true,
  asserts: false,
  texts: commandTexts,
  results: commandResults,
  normalize: toWords,
  run: (context, params) => runCommand(context, context.machine, params as readonly string[]),
}

/** The loader splits what is written as a text; a text that an expression gives is split here. Numbers are words too. */
function toWords(params: Json): Json {
  if (Array.isArray(params))
    return params.map((word: Json) =>
      typeof word === 'number' || typeof word === 'bigint' || typeof word === 'boolean' ? String(word) : word,
    )
  if (typeof params !== 'string') return params
  const words = splitWords(params)
  if ('message' in words) throw new StepError('bad-command-line', `${params}: ${words.message}`, { hint: words.hint })
  return words.map(({ text }) => text)
}
