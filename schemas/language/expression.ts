import { compile, getRegisteredFunctions, tokenize } from '@jmespath-community/jmespath'
import type { Json } from '../json.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { findReads } from './expression-reads.ts'
import type { Read, SyntaxNode } from './expression-reads.ts'
import { interpret } from './jmespath.ts'
import { namesInherited, withoutPrototypes, withPrototypes } from './own-data.ts'

/** A JMESPath expression that was checked. */
export interface ParsedExpression {
  /** It reads all of what it is applied to: `@`, or `*`. */
  readonly whole: boolean
  /** The names that it reads from what it is applied to, in the order of the text, each with where it stands in the source. */
  readonly reads: readonly (Read & { readonly index: number })[]
  /** The plain names that its filters compare with one another, each with where it stands first. They are fields of the items. */
  readonly compared: readonly { readonly name: string; readonly index: number }[]
  /** Those of the names that it reads of which it reads a key or an item. */
  readonly parted: readonly string[]
}

/** What is wrong with the text of an expression, and at which character. */
export interface ExpressionFlaw {
  readonly code: 'expression-syntax' | 'unknown-function' | 'number-too-large' | 'too-large'
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
  const tree = compileOnce(expression)
  try {
    // The library looks a name up as JavaScript does, and every object has a constructor.
    if (!namesInherited(expression)) return interpret(tree, data)
    return withPrototypes(interpret(tree, withoutPrototypes(data)))
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.includes('BigInt')) throw error
    throw new Error('a whole number beyond 2^53 can be looked at, compared and sorted, but not calculated with', { cause: error })
  }
}

/** The syntax tree of an expression; undefined when it is none. */
export function compileExpression(expression: string): SyntaxNode | undefined {
  try {
    return compileOnce(expression)
  } catch {
    return undefined
  }
}

const trees = new Map<string, SyntaxNode>()

/** The expressions of a file are few, and each is applied many times. @throws Error of the library when it is none */
function compileOnce(expression: string): SyntaxNode {
  const known = trees.get(expression)
  if (known !== undefined) return known
  if (trees.size > 10_000) trees.clear()
  const tree = compile(expression) as SyntaxNode
  trees.set(expression, tree)
  return tree
}

/** In characters. What reads an expression calls itself for each level of it. */
const longest = 10_000

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
  if (source.length > longest) return tooLong(source)
  const open = openQuote(source)
  if (open !== undefined)
    return { code: 'expression-syntax', index: open, length: source.length - open, message: `the ${source[open]} is never closed` }
  let found: ReturnType<typeof findReads>
  try {
    found = findReads(compileOnce(source))
  } catch (error) {
    return error instanceof RangeError ? tooLong(source) : syntaxFlaw(source, error as Error)
  }
  const { reads, functions, whole, numbers, compared, parted } = found
  const inexact = numbers.find((number) => Number.isInteger(number) && !Number.isSafeInteger(number))
  if (inexact !== undefined) {
    const hint = 'compare it on the right side of expect, where all digits count'
    const message = `an expression holds the number ${inexact}, which loses digits there`
    return { code: 'number-too-large', index: 0, length: source.length, message, expected: 'a number up to 2^53', hint }
  }
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
  const located = <T extends { readonly name: string }>(read: T) => ({ ...read, index: positionOf(source, read.name) })
  return { whole, reads: reads.map(located), compared: compared.map((name) => located({ name })), parted }
}

function tooLong(source: string): ExpressionFlaw {
  const expected = `at most ${longest} characters, and not too many levels`
  return { code: 'too-large', index: 0, length: source.length, message: 'the expression is too long, or nested too deep', expected }
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
