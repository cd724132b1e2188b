import { childOf } from '../yaml/located-node.ts'
import type { LocatedEntry, LocatedNode, LocatedScalar } from '../yaml/located-node.ts'
import { checkReads } from './names.ts'
import type { Names } from './names.ts'
import type { Problem } from '../problem.ts'
import { ambiguousScalar } from '../validation/scalar-types.ts'
import type { Entry, Expression, Value } from '../scenario.ts'
import { foreignToName } from '../../system/display.ts'
import { splitWords } from '../../system/split-words.ts'
import { parseBare, parseTemplate } from './template.ts'
import type { TemplatePart } from './template.ts'

/** A node as a value of the scenario: every scalar compiled, every expression checked against the names that are defined here. */
export function compileValue(node: LocatedNode, names: Names, problems: Problem[]): Value {
  if (node.kind === 'list') return { type: 'list', items: node.items.map((item) => compileValue(item, names, problems)), place: node.place }
  if (node.kind === 'map') return { type: 'map', entries: compileEntries(node.entries, names, problems), place: node.place }
  if (typeof node.value === 'string') return compileText(node.value, node.locate, node.place, names, problems)
  const ambiguous = ambiguousScalar(node)
  if (ambiguous !== undefined) problems.push(ambiguous)
  return { type: 'literal', value: node.value, place: node.place }
}

/** The entries of a mapping, compiled. */
export function compileEntries(entries: readonly LocatedEntry[], names: Names, problems: Problem[]): readonly Entry[] {
  return entries.map(({ key, keyPlace, value }) => ({ key, keyPlace, value: compileValue(value, names, problems) }))
}

/** The words of a command, each a text: of a list its items, of a command line what a shell would split it into. The line is split before
 *  its expressions have values, so that a value never becomes two words. */
export function compileWords(node: LocatedNode, names: Names, problems: Problem[]): Value {
  if (node.kind === 'scalar' && typeof node.value === 'string') return compileLine(node, names, problems)
  const words = compileValue(node, names, problems)
  return words.type === 'list' ? { ...words, items: words.items.map(asWord) } : words
}

function compileLine(scalar: LocatedScalar, names: Names, problems: Problem[]): Value {
  const text = String(scalar.value)
  const template = parseTemplate(text, scalar.locate)
  const opaque = template.parts.filter(({ expression }) => expression !== undefined).map(({ from, to }) => [from, to] as const)
  const nothing: Value = { type: 'list', items: [], place: scalar.place }
  problems.push(...template.problems)
  // The schema has already told that an empty text does not fit.
  if (template.problems.length > 0 || text === '') return nothing
  const words = splitWords(text, opaque)
  if ('message' in words) {
    const { index, message, hint } = words
    const expected = 'words as a shell would split them, or a list'
    problems.push({ code: 'bad-command-line', severity: 'error', place: scalar.locate(index), message, expected, hint })
    return nothing
  }
  const items = words.map(({ text: word, indexes }) => {
    const locate = (index: number) => scalar.locate(indexes[Math.min(index, indexes.length - 1)] ?? 0)
    const place = { ...locate(0), length: Math.max(1, (indexes.at(-1) ?? 0) - (indexes[0] ?? 0) + 1) }
    return asWord(compileText(word, locate, place, names, problems))
  })
  return { type: 'list', items, place: scalar.place }
}

/** A scalar that is an expression, within `${{ }}` or without. @returns undefined, with a problem, for anything else */
export function compileCondition(scalar: LocatedScalar, names: Names, problems: Problem[]): Expression | undefined {
  const text = String(scalar.value)
  const found = text.includes('${{') ? singleExpression(text, scalar, problems) : parseBare(text, scalar.place, scalar.locate, problems)
  if (found === undefined) return undefined
  checkReads(found.parsed, positionsOf(found, text, scalar.locate), names, problems)
  return found.expression
}

/** A name: a fixed text of one line, without what a terminal would obey. @returns undefined when the key is not there, or holds no name */
export function fixedName(parent: LocatedNode, key: string, problems: Problem[]): string | undefined {
  const node = childOf(parent, key)
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined
  // A block scalar ends with a line end that nobody means.
  const text = node.value.replace(/(?<!\n)\n+$/, '')
  const foreign = foreignToName(text)
  if (foreign !== undefined) problems.push(foreignCharacter(key, text, foreign, node))
  const at = text.search(/(?<!\$)\$\{\{/)
  if (at === -1) return foreign === undefined ? text.replaceAll('$${{', '${{') : undefined
  const place = { ...node.locate(at), length: 3 }
  problems.push({
    code: 'expression-not-here',
    severity: 'error',
    place,
    message: `${key} is read before anything runs: no variable has a value by then`,
    expected: 'a fixed text',
  })
  return undefined
}

function foreignCharacter(key: string, text: string, index: number, node: LocatedScalar): Problem {
  const code = (text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const found = text[index] === '\n' ? 'a line end' : `the character U+${code}`
  const [message, expected] = [`${key} has ${found} in it`, 'one line of text without control characters']
  return { code: 'control-character', severity: 'error', place: node.locate(index), message, expected, hint: 'remove it' }
}

function compileText(text: string, locate: LocatedScalar['locate'], place: Value['place'], names: Names, problems: Problem[]): Value {
  const { parts, problems: found } = parseTemplate(text, locate)
  problems.push(...found)
  for (const part of parts) if (part.parsed !== undefined) checkReads(part.parsed, positionsOf(part, text, locate), names, problems)
  const [first] = parts
  if (parts.length === 1 && first?.expression !== undefined) return { ...first.expression, place }
  if (parts.every(({ expression }) => expression === undefined))
    return { type: 'literal', value: parts.map((part) => part.text).join(''), place }
  return { type: 'text', parts: parts.map((part) => part.expression ?? part.text ?? ''), place }
}

// A word that is one expression is still a text: `sleep ${{ seconds }}`.
function asWord(value: Value): Value {
  return value.type === 'expression' ? { type: 'text', parts: [value], place: value.place } : value
}

function singleExpression(text: string, scalar: LocatedScalar, problems: Problem[]): TemplateExpression | undefined {
  const { parts, problems: found } = parseTemplate(text.trim(), (index) => scalar.locate(index + text.length - text.trimStart().length))
  problems.push(...found)
  const [first] = parts
  if (parts.length === 1 && first?.expression !== undefined && first.parsed !== undefined)
    return { ...first, expression: first.expression, parsed: first.parsed }
  if (found.length === 0)
    problems.push({
      code: 'not-an-expression',
      severity: 'error',
      place: scalar.place,
      message: 'a condition is one expression',
      expected: '${{ expression }} and nothing around it',
    })
  return undefined
}

interface TemplateExpression {
  readonly expression: Expression
  readonly parsed: NonNullable<TemplatePart['parsed']>
  readonly from?: number
}

// Positions of reads count from the beginning of the expression's own source.
function positionsOf(
  part: { readonly from?: number; readonly expression?: Expression },
  text: string,
  locate: LocatedScalar['locate'],
): LocatedScalar['locate'] {
  const start = part.from === undefined ? 0 : text.indexOf(part.expression?.source ?? '', part.from + 3)
  return (index) => locate(Math.max(start, 0) + index)
}
