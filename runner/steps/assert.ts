import type { JsonObject } from '../../schemas/json.ts'
import { searchResult, testRightSide } from '../expectations.ts'
import type { StepKind } from './kind.ts'

/** Expectations on captured values alone. */
export const assert: StepKind = {
  summary: 'Tests values that are known already: variables, captures, the testbed. Nothing is done anywhere.',
  schema: {
    type: 'object',
    minProperties: 1,
    description: 'Expectations: on the left a JMESPath expression over the variables, on the right a value or matchers.',
  },
  host: 'none',
  implies: {},
  asserts: true,
  results: ['*'],
  async run(context, params) {
    for (const [expression, expected] of Object.entries(params as JsonObject)) {
      const actual = searchResult(expression, context.variables, context.place)
      for (const check of testRightSide(expression, actual, expected, false, () => context.place)) context.check(check)
    }
    return context.variables
  },
}
