import type { Json } from '../../schemas/json.ts'
import type { Matcher } from './matcher.ts'
import { isSameValue } from './same-value.ts'
import { describeType, showValue } from './show.ts'

/** A part of a text, or an item of a list. */
export const contains: Matcher = {
  summary: 'A text has this part, a list this item, an object this key. Of several in a list, all.',
  example: 'stdout: { contains: running }',
  schema: {},
  check(argument) {
    const isEmpty = argument === '' || (Array.isArray(argument) && (argument.length === 0 || argument.includes('')))
    if (!isEmpty) return []
    const message = 'contains looks for nothing, which every text has'
    return [{ code: 'too-few', path: [], ofKey: false, message, expected: 'a part that is not empty' }]
  },
  misfit(actual, argument) {
    if (actual === null || ['number', 'bigint', 'boolean'].includes(typeof actual))
      return `${describeType(actual)} where a text, a list or an object is expected: ${showValue(actual)}`
    const odd = Array.isArray(actual) ? undefined : partsOf(argument).find((part) => typeof part !== 'string')
    if (odd === undefined) return undefined
    const names = typeof actual === 'string' ? 'a text has parts that are texts' : 'an object has keys that are texts'
    return `${names}, and ${showValue(odd)} is ${describeType(odd)}: write it in quotes`
  },
  test(actual, argument) {
    const missing = partsOf(argument).filter((part) => !holds(actual, part))
    if (missing.length === 0) return undefined
    return `${showValue(actual, 400)} does not contain ${missing.map((part) => showValue(part)).join(', ')}`
  },
}

/** A regular expression somewhere in a text. */
export const matches: Matcher = {
  summary:
    'A regular expression (JavaScript) finds something in the text; `^` and `$` are the ends of the whole text. With flags, as `{ pattern, flags }`: `i` takes both cases, with `m` `^` and `$` are the ends of each line, with `s` a dot takes line ends too.',
  example: "stdout: { matches: { pattern: '^v[0-9]+$', flags: m } }",
  schema: {
    anyOf: [
      { type: 'string', description: 'a regular expression' },
      {
        type: 'object',
        additionalProperties: false,
        required: ['pattern'],
        properties: {
          pattern: { type: 'string', description: 'The regular expression.' },
          flags: { type: 'string', pattern: '^[imsu]*$', patternErrorMessage: 'letters of i, m, s and u', description: 'Its flags.' },
        },
        description: 'a regular expression with its flags',
      },
    ],
  },
  check(argument) {
    const { pattern, flags } = patternOf(argument)
    const path = typeof argument === 'string' ? [] : ['pattern']
    try {
      new RegExp(pattern, flags)
      if (pattern !== '') return []
      const message = 'this pattern is empty, and finds something in every text'
      return [{ code: 'bad-pattern', path, ofKey: false, message, expected: 'a regular expression of JavaScript' }]
    } catch (error) {
      const message = `this is no regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, '')}`
      return [{ code: 'bad-pattern', path, ofKey: false, message, expected: 'a regular expression of JavaScript' }]
    }
  },
  advise(argument, subject) {
    const { pattern, flags } = patternOf(argument)
    const isOfLine = pattern.startsWith('^') && /(^|[^\\])(\\\\)*\$$/.test(pattern)
    if (!isOfLine || flags.includes('m') || !longTexts.includes(subject.trim())) return []
    const message = 'this pattern has to take the whole text: of a text with several lines it finds none'
    const hint = 'if a line of it is meant, give the flag m: matches: { pattern: …, flags: m }'
    return [{ code: 'whole-text-pattern', severity: 'note', path: [], ofKey: false, message, hint }]
  },
  misfit: (actual) => (typeof actual === 'string' ? undefined : `${describeType(actual)} where a text is expected: ${showValue(actual)}`),
  test(actual, argument) {
    const { pattern, flags } = patternOf(argument)
    return new RegExp(pattern, flags).test(actual as string) ? undefined : `${showValue(actual, 400)} does not match /${pattern}/${flags}`
  },
}

/** The parts of a result that usually have several lines. */
const longTexts = ['stdout', 'stderr', 'body', 'text']

function patternOf(argument: Json): { readonly pattern: string; readonly flags: string } {
  if (typeof argument === 'string') return { pattern: argument, flags: '' }
  const { pattern, flags } = argument as { readonly pattern: string; readonly flags?: string }
  return { pattern, flags: flags ?? '' }
}

function partsOf(argument: Json): readonly Json[] {
  return Array.isArray(argument) ? (argument as readonly Json[]) : [argument]
}

function holds(actual: Json, part: Json): boolean {
  if (typeof actual === 'string') return typeof part === 'string' && actual.includes(part)
  if (Array.isArray(actual)) return actual.some((item: Json) => isSameValue(item, part))
  return actual !== null && typeof actual === 'object' && typeof part === 'string' && Object.hasOwn(actual, part)
}
