import { compile, getRegisteredFunctions, search as searchJmespath, tokenize } from '@jmespath-community/jmespath'
import type { JSONValue } from '@jmespath-community/jmespath'
import type { Json } from '../json.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { findReads } from './expression-reads.ts'
import type { Read, SyntaxNode } from './expression-reads.ts'
import { namesInherited, withoutPrototypes, withPrototypes } from './own-data.ts'

/** A JMESPath expression that was checked. */
export interface ParsedExpression {
  /** The names that it reads from what it is applied to, in the order of the text, each with where it stands in the source. */
  readonly reads: readonly (Read & { readonly index: number })[]
}

/** What is wrong with the text of an expression, and at which character. */
export interface ExpressionFlaw {
  readonly code: 'expression-syntax' | 'unknown-function'
  readonly index: number
  readonly length: number
  readonly message: string
  readonly expected?: string | undefined
  readonly hint?: string | undefined
}

/**
 * Applies a JMESPath expression (community edition, as `aws --query` speaks with additions) to a value.
 *
 * @returns  what it selects; null where there is nothing
 * @throws   Error with a sentence for a person: a function got a value of a type that it does not take, a sum of something that is no number
 */
export function search(expression: string, data: Json): Json {
  // The library looks a name up as JavaScript does, and every object has a constructor.
  if (!namesInherited(expression)) return searchJmespath(data as JSONValue, expression) as Json
  return withPrototypes(searchJmespath(withoutPrototypes(data) as JSONValue, expression) as Json)
}

/** Expressions that were checked already. What is wrong is not kept: a file has few of them. */
const parsed = new Map<string, ParsedExpression>()
const mostParsed = 10_000

/** Checks a JMESPath expression without applying it: its syntax, and that its functions exist. */
export function parseExpression(source: string): ParsedExpression | ExpressionFlaw {
  const known = parsed.get(source)
  if (known !== undefined) return known
  const result = parse(source)
  if (!isFlaw(result) && parsed.size < mostParsed) parsed.set(source, result)
  return result
}

function parse(source: string): ParsedExpression | ExpressionFlaw {
  const open = openQuote(source)
  if (open !== undefined)
    return { code: 'expression-syntax', index: open, length: source.length - open, message: `the ${source[open]} is never closed` }
  let tree: SyntaxNode
  try {
    tree = compile(source) as SyntaxNode
  } catch (error) {
    return syntaxFlaw(source, error as Error)
  }
  const { reads, functions } = findReads(tree)
  const known = getRegisteredFunctions()
  const unknown = functions.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, known)
    const index = positionOf(source, unknown)
    return {
      code: 'unknown-function',
      index,
      length: unknown.length,
      message: `there is no function ${unknown}()`,
      expected: `one of ${known.toSorted().join(', ')}`,
      hint,
    }
  }
  return { reads: reads.map((read) => ({ ...read, index: positionOf(source, read.name) })) }
}

/** Whether a text is an expression, or what is wrong with it. */
export function isFlaw(result: ParsedExpression | ExpressionFlaw): result is ExpressionFlaw {
  return 'code' in result
}

// The library accepts a quote that is never closed.
function openQuote(source: string): number | undefined {
  for (let at = 0; at < source.length; at += 1) {
    const quote = source[at] ?? ''
    if (!`'"\``.includes(quote)) continue
    const start = at
    for (at += 1; at < source.length && source[at] !== quote; at += 1) if (source[at] === '\\') at += 1
    if (at >= source.length) return start
  }
  return undefined
}

// The library says what is wrong, not where. The first token with which the text can no longer be the beginning of an expression is the place.
function syntaxFlaw(source: string, error: Error): ExpressionFlaw {
  const message = error.message.replace(/^syntax(?: error)?[:,]?\s*/i, '')
  const starts = tokenStarts(source)
  const endOf = (number: number): number => starts[number + 1] ?? source.length
  // A text that cannot begin an expression cannot do so with more text behind it either. The place is therefore found by halving.
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isBeginning(source.slice(0, endOf(middle)))) low = middle + 1
    else high = middle
  }
  const start = starts[low]
  if (start !== undefined) {
    const token = source.slice(start, endOf(low)).trimEnd()
    return {
      code: 'expression-syntax',
      index: start,
      length: Math.max(token.length, 1),
      message: `${JSON.stringify(token)} cannot stand here`,
      expected: 'a JMESPath expression',
    }
  }
  const index = source.trimEnd().length
  if (source.trim() === '')
    return { code: 'expression-syntax', index: 0, length: 1, message: 'the expression is empty', expected: 'a JMESPath expression' }
  return message.includes('EOF')
    ? { code: 'expression-syntax', index, length: 1, message: 'the expression is not finished', expected: 'a JMESPath expression' }
    : { code: 'expression-syntax', index: 0, length: index, message, expected: 'a JMESPath expression' }
}

// Whether a text is an expression, or could become one with more behind it.
function isBeginning(source: string): boolean {
  try {
    compile(source)
    return true
  } catch (error) {
    return (error as Error).message.includes('EOF')
  }
}

function tokenStarts(source: string): readonly number[] {
  try {
    return tokenize(source).map(({ start }) => start)
  } catch {
    // A character that begins no token: every character before it may be looked at.
    return Array.from({ length: source.length }, (_, index) => index).filter((index) => (source[index] ?? ' ').trim() !== '')
  }
}

function positionOf(source: string, name: string): number {
  const token = tokenize(source).find(({ type, value }) => value === name && String(type).endsWith('Identifier'))
  return token?.start ?? 0
}
