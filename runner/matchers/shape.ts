import type { Json, JsonObject } from '../../schemas/json.ts'
import { requireSchema } from '../../schemas/validation/schema-checks.ts'
import { hasBigint, validateValue } from '../../schemas/validation/validate.ts'
import type { Schema } from '../../schemas/validation/schema-walk.ts'
import { StepError, joinProblems } from '../step-error.ts'
import type { Judge, Matcher } from './matcher.ts'
import { describeType, showValue } from './show.ts'

/** A partial object: what it names must be so, what it does not name may be anything. */
export const like: Matcher = {
  summary:
    'The value has at least these keys, each meeting what stands there: a value, matchers, or a partial object again. Lists item by item.',
  example: 'json: { like: { status: { state: Started }, attempts: { lt: 3 } } }',
  schema: { type: ['object', 'array'] },
  nests: 'shape',
  misfit(actual, argument) {
    if (Array.isArray(argument) === Array.isArray(actual) && actual !== null && typeof actual === 'object') return undefined
    return `it is ${describeType(actual)} where ${Array.isArray(argument) ? 'a list' : 'an object'} is expected`
  },
  test(actual, argument, judge) {
    const differences = compareShape(actual, argument, '', judge)
    if (differences.length === 0) return undefined
    const explanation = differences.map(({ text }) => text).join('\n')
    return differences.every(({ isMisfit }) => isMisfit) ? { misfit: explanation } : explanation
  },
}

/** A JSON Schema. */
export const schema: Matcher = {
  summary: 'The value is valid under this JSON Schema (draft 2020-12).',
  example: 'json: { schema: { type: object, required: [id] } }',
  schema: { type: ['object', 'boolean'] },
  check(argument) {
    try {
      requireSchema(argument as Schema)
      return []
    } catch (error) {
      const expected = 'a JSON Schema (draft 2020-12)'
      return [{ code: 'bad-schema', path: [], ofKey: false, message: `this is no JSON Schema: ${(error as Error).message}`, expected }]
    }
  },
  test(actual, argument) {
    const exact = hasBigint(actual) ? exactKeywords.find((keyword) => hasKey(argument, keyword)) : undefined
    if (exact !== undefined)
      throw new StepError('bad-schema', `a JSON Schema with ${exact} cannot judge a value that holds whole numbers beyond 2^53`, {
        hint: 'compare them by equals, in, gt or lt, and leave them out of the schema',
      })
    const problems = validateValue(actual, argument as JsonObject)
    return problems.length === 0 ? undefined : joinProblems(problems)
  },
}

/** Keywords that compare numbers, for which the validator takes the nearest double. */
const exactKeywords = ['const', 'enum', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'uniqueItems']

function hasKey(value: Json, key: string): boolean {
  if (value === null || typeof value !== 'object') return false
  return (!Array.isArray(value) && Object.hasOwn(value, key)) || Object.values(value).some((item: Json) => hasKey(item, key))
}

/** Where a value has not the shape that is wanted; a misfit where nothing can be said of it. */
interface Difference {
  readonly text: string
  readonly isMisfit: boolean
}

function compareShape(actual: Json, wanted: Json, path: string, judge: Judge): readonly Difference[] {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return [denied(`${path || 'it'} is ${describeType(actual)} where a list is expected`)]
    return wanted.flatMap((item: Json, index) =>
      index < actual.length
        ? compareShape(actual[index] as Json, item, `${path}[${index}]`, judge)
        : [denied(`${path}[${index}] is missing: ${showValue(item)}`)],
    )
  }
  if (wanted === null || typeof wanted !== 'object' || judge.isMatchers(wanted))
    return judge(actual, wanted).map(({ explanation, isMisfit }) => ({
      text: path === '' ? explanation : `${path}: ${explanation}`,
      isMisfit,
    }))
  if (actual === null || typeof actual !== 'object' || Array.isArray(actual))
    return [denied(`${path || 'it'} is ${describeType(actual)} where an object is expected`)]
  return Object.entries(wanted).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`
    return Object.hasOwn(actual, key)
      ? compareShape((actual as JsonObject)[key] as Json, value, here, judge)
      : [denied(`${here} is missing: ${showValue(value)}`)]
  })
}

function denied(text: string): Difference {
  return { text, isMisfit: false }
}
