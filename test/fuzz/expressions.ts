import type { Random } from './random.ts'
import { oddText } from './random.ts'

const names = [
  'a',
  'b',
  'json',
  'stdout',
  'constructor',
  '"__proto__"',
  '@',
  '$',
  '*',
  '[]',
  '[*]',
  '[0]',
  '[-1]',
  '[::2]',
  '`1`',
  '`[]`',
  "'x'",
  '`9007199254740993`',
]
const joints = ['.', ' | ', ' || ', ' && ', ' == ', ' < ', ' != ', ' + ', ' - ', '', ', ', '.*.', '[?']
const functions = [
  'length',
  'sort',
  'max',
  'keys',
  'to_string',
  'to_number',
  'type',
  'join',
  'map',
  'sort_by',
  'group_by',
  'pad_left',
  'replace',
  'split',
  'zip',
  'not_null',
  'items',
  'nothing',
  'contains',
]

/** A JMESPath expression, or something near one. */
export function oddExpression(random: Random, depth = 4): string {
  const part = (): string => (depth > 0 ? oddExpression(random, depth - 1) : random.pick(names))
  switch (random.below(12)) {
    case 0:
      return `${random.pick(functions)}(${part()})`
    case 1:
      return `${random.pick(functions)}(${part()}, ${random.pick(['&', ''])}${part()})`
    case 2:
      return `[${part()}, ${part()}]`
    case 3:
      return `{x: ${part()}, y: ${part()}}`
    case 4:
      return `${part()}[?${part()}]`
    case 5:
      return `!${part()}`
    case 6:
      return `(${part()}`
    case 7:
      return oddText(random)
    case 8:
      return `let $v = ${part()} in ${part()}`
    default:
      return `${random.pick(names)}${random.pick(joints)}${part()}`
  }
}
