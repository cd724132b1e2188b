import type { JsonObject } from '../../schemas/json.ts'
import type { StepKind } from './kind.ts'

/** The steps of another file. */
export const use: StepKind = {
  summary: 'Runs the steps of another file with inputs, in a scope of their own; its outputs are the result.',
  schema: { description: 'The step file, relative to this one; its inputs stand under `with:`.', type: ['string', 'object'] },
  host: 'none',
  implies: {},
  asserts: true,
  results: ['*'],
  run: (context, params) => context.useFile(inputsOf(params as JsonObject | string)),
}

function inputsOf(params: JsonObject | string): JsonObject {
  return typeof params === 'string' ? {} : ((params['with'] ?? {}) as JsonObject)
}
