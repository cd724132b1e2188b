import type { JsonObject } from '../../schemas/json.ts'
import type { StepKind } from './kind.ts'

/** The steps of another file. */
export const use: StepKind = {
  summary: 'Runs the steps of another file with inputs, in a scope of their own; its outputs are the result.',
  // The language itself reads `use:` and `with:`; what is left for the step are the inputs.
  schema: { description: 'The inputs of the file, by name.', type: 'object' },
  example: `
name: the agents take work
use: lib/active-agents.yaml
with: { group: titusagent }`,
  host: 'none',
  looksNowhere: true,
  implies: {},
  asserts: true,
  results: { '*': 'The outputs of the file.' },
  run: (context, params) => context.useFile(params as JsonObject),
}
