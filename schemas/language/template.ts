import { isFlaw, parseExpression } from './expression.ts'
import type { ParsedExpression } from './expression.ts'
import type { LocatedScalar } from '../yaml/located-node.ts'
import type { Place, Problem } from '../problem.ts'
import type { Expression } from '../scenario.ts'

/** A part of a text: plain characters, or an expression. `from` and `to` are indexes in the text. */
export interface TemplatePart {
  readonly from: number
  readonly to: number
  readonly text?: string
  readonly expression?: Expression
  readonly parsed?: ParsedExpression
}

/** The form of a text with an expression in it, for JSON Schemas: `${{` that is not escaped as `$${{`. */
export const expressionPattern = '(^|[^$])\\$\\{\\{'

/** Whether a text has an expression in it. */
export function hasExpression(text: string): boolean {
  return new RegExp(expressionPattern).test(text)
}

/**
 * Splits a text at its `${{ expressions }}` and checks each. `$${{` stands for `${{` itself.
 *
 * @param locate  the place of the character with an index in the text
 * @returns       the parts in order, and what is wrong with the expressions, at the exact column
 */
export function parseTemplate(
  text: string,
  locate: LocatedScalar['locate'],
): { readonly parts: readonly TemplatePart[]; readonly problems: readonly Problem[] } {
  const parts: TemplatePart[] = []
  const problems: Problem[] = []
  let plainFrom = 0
  let plain = ''
  let at = 0
  const flush = (): void => {
    if (plain !== '') parts.push({ from: plainFrom, to: at, text: plain })
    plain = ''
  }
  while (at < text.length) {
    if (plain === '') plainFrom = at
    if (text.startsWith('$${{', at)) {
      plain += '${{'
      at += 4
    } else if (!text.startsWith('${{', at)) {
      plain += text[at]
      at += 1
    } else {
      const end = endOf(text, at + 3)
      if (end === undefined) {
        const place = { ...locate(at), length: 3 }
        problems.push({
          code: 'unterminated-expression',
          severity: 'error',
          place,
          message: 'the ${{ is never closed',
          expected: '${{ expression }}',
          hint: 'close it with }} (in YAML a # after a blank begins a comment: quote the text), or write $${{ for the characters themselves',
        })
        return { parts, problems }
      }
      flush()
      parts.push(...readExpression(text, at, end, locate, problems))
      at = end + 2
    }
  }
  flush()
  return { parts, problems }
}

/** Checks an expression that stands without `${{ }}`. @returns undefined, and a problem, when it is none */
export function parseBare(
  source: string,
  place: Place,
  locate: LocatedScalar['locate'],
  problems: Problem[],
): { readonly expression: Expression; readonly parsed: ParsedExpression } | undefined {
  const braces = source.indexOf('${{')
  if (braces !== -1) {
    problems.push({
      code: 'expression-not-here',
      severity: 'error',
      place: { ...locate(braces), length: 3 },
      message: 'what stands here is an expression already',
      expected: 'JMESPath without ${{ }}',
      hint: 'remove ${{ and }}',
    })
    return undefined
  }
  const parsed = parseExpression(source)
  if (!isFlaw(parsed)) return { expression: { type: 'expression', source, roots: rootsOf(parsed), place }, parsed }
  const { index, length, ...flaw } = parsed
  const at = { ...locate(index), length: Math.max(1, Math.min(length, source.length - index)) }
  problems.push({ ...flaw, severity: 'error', place: at })
  return undefined
}

function readExpression(
  text: string,
  from: number,
  end: number,
  locate: LocatedScalar['locate'],
  problems: Problem[],
): readonly TemplatePart[] {
  const inner = text.slice(from + 3, end)
  const source = inner.trim()
  const start = from + 3 + (inner.length - inner.trimStart().length)
  const place = { ...locate(source === '' ? from : start), length: Math.max(source.length, 1) }
  const found = parseBare(source, place, (index) => locate(start + index), problems)
  return found === undefined ? [] : [{ from, to: end + 2, ...found }]
}

function rootsOf({ reads }: ParsedExpression): readonly string[] {
  return [...new Set(reads.map(({ name }) => name))]
}

// Braces and quotes of the expression may hold }} themselves; one that is never closed ends at the next }}, so that it is told as such.
function endOf(text: string, start: number): number | undefined {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (`'"\``.includes(character)) {
      const open = at
      for (at += 1; at < text.length && text[at] !== character; at += 1) if (text[at] === '\\') at += 1
      if (at >= text.length) return after(text, open)
    } else if (character === '{') depth += 1
    else if (character === '}' && depth > 0) depth -= 1
    else if (text.startsWith('}}', at)) return at
  }
  return after(text, start)
}

function after(text: string, from: number): number | undefined {
  const at = text.indexOf('}}', from)
  return at === -1 ? undefined : at
}
