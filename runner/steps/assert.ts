import type { JsonObject } from '../../schemas/json.ts'
import type { StepKind } from './kind.ts'

/** Expectations on captured values alone. */
export const assert: StepKind = {
  summary: 'Tests values that are known already: variables, captures, the testbed. Nothing is done anywhere.',
  schema: {
    type: 'object',
    minProperties: 1,
    description: 'Expectations: on the left a JMESPath expression over the variables, on the right a value or matchers.',
  },
  example: `
name: the testbed is the one that is meant
assert:
  testbed.target: lab
  testbed.region: { matches: '^eu-' }`,
  reads: 'expectations',
  host: 'none',
  looksNowhere: true,
  implies: {},
  pollable: true,
  asserts: true,
  results: { '*': 'The variables themselves.' },
  async run(context, params) {
    for (const [expression, expected] of Object.entries(params as JsonObject)) await context.expectVariable(expression, expected)
    return context.variables
  },
}
