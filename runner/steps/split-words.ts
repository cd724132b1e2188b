import { parseArgsStringToArgv } from 'string-argv'
import type { Expression, Value } from '../../schemas/scenario.ts'

/**
 * A command line as the list of its words. Words are split before expressions have values, so that no value can add a word:
 * `grep -F "${{ line }}"` has three words whatever `line` is.
 */
export function splitWords(value: Value): Value {
  if (value.type === 'literal' && typeof value.value === 'string') {
    const { place } = value
    return { type: 'list', place, items: parseArgsStringToArgv(value.value).map((word) => ({ type: 'literal', value: word, place })) }
  }
  if (value.type !== 'text') return value
  const expressions: Expression[] = []
  // One private-use character stands for each expression while the words are split.
  const line = value.parts
    .map((part) => (typeof part === 'string' ? part : String.fromCodePoint(0xf0000 + expressions.push(part) - 1)))
    .join('')
  return { type: 'list', place: value.place, items: parseArgsStringToArgv(line).map((word) => restore(word, expressions, value)) }
}

function restore(word: string, expressions: readonly Expression[], source: Value): Value {
  const parts: (string | Expression)[] = []
  for (const character of word) {
    const expression = expressions[(character.codePointAt(0) ?? 0) - 0xf0000]
    const last = parts.length - 1
    if (expression !== undefined) parts.push(expression)
    else if (typeof parts[last] === 'string') parts[last] += character
    else parts.push(character)
  }
  const [only] = parts
  if (parts.length === 0) return { type: 'literal', value: '', place: source.place }
  return parts.length === 1 && typeof only === 'string'
    ? { type: 'literal', value: only, place: source.place }
    : { type: 'text', parts, place: source.place }
}
