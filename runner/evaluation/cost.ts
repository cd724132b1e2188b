import type { Json } from '../../schemas/json.ts'
import { compileExpression } from '../../schemas/language/expression.ts'
import { childNodes } from '../../schemas/language/expression-reads.ts'
import type { SyntaxNode } from '../../schemas/language/expression-reads.ts'
import type { Work } from './work.ts'

/** Work of which more than this may be to do, in steps of a few nanoseconds, is done where it can be ended. */
const mostQuick = 10_000_000
/** The same for a pattern, of which a step takes longer. */
const mostOfPattern = 1_000_000

/** Functions whose result can be much larger than what they get. */
const growing = new Set(['join', 'pad_left', 'pad_right', 'replace'])

/** Whether a piece of work is certainly done within the blink of an eye, whatever is in its data. */
export function isQuick(work: Work): boolean {
  if (work.type === 'search') {
    const factor = fanOf(work.expression) * work.expression.length
    return factor <= mostQuick && weigh(work.data, mostQuick / factor) * factor < mostQuick
  }
  const { actual, claim } = work
  if (claim.matcher === 'matches') return isQuickPattern(claim.argument, actual)
  const argument = { [claim.matcher]: claim.argument }
  if (names(argument, ['matches', 'schema'])) return false
  const weight = weigh(argument, mostQuick)
  return weigh(actual, mostQuick / weight) * weight < mostQuick
}

/** How large a value is, in characters of JSON, roughly; what stands in it several times counts as often. Stops counting at a limit. */
export function weigh(value: Json, limit: number): number {
  const open: Json[] = [value]
  let weight = 0
  for (let next = open.pop(); next !== undefined && weight < limit; next = open.pop()) {
    weight += typeof next === 'string' ? next.length + 2 : 4
    if (next === null || typeof next !== 'object') continue
    if (Array.isArray(next)) for (const item of next as readonly Json[]) open.push(item)
    else
      for (const [key, item] of Object.entries(next)) {
        weight += key.length
        open.push(item)
      }
  }
  return weight
}

/**
 * By how much an expression can multiply the work on its data: each of its parts goes through what it gets once, but what selects several
 * times gives as many times as much. Infinity where that rule does not hold: `$` and variables reach the whole from inside of a loop.
 */
function fanOf(expression: string): number {
  const known = fans.get(expression)
  if (known !== undefined) return known
  const tree = compileExpression(expression)
  const fan = tree === undefined ? 1 : fanOfNode(tree)
  if (fans.size > 10_000) fans.clear()
  fans.set(expression, fan)
  return fan
}

const fans = new Map<string, number>()

function fanOfNode(node: SyntaxNode): number {
  if (['Root', 'LetExpression', 'Variable'].includes(node.type)) return Infinity
  if (node.type === 'Function' && growing.has(String(node['name']))) return Infinity
  const children = childNodes(node)
  const own = node.type.startsWith('MultiSelect') ? Math.max(1, children.length) : 1
  return children.reduce((product, child) => product * fanOfNode(child), own)
}

/** A pattern goes back over a text once more for each part of it that repeats, and takes two ways for each alternative; nested, there is no end. */
function isQuickPattern(argument: Json, actual: Json): boolean {
  const pattern = typeof argument === 'string' ? argument : (argument as { readonly pattern?: Json } | null)?.pattern
  if (typeof pattern !== 'string' || typeof actual !== 'string') return true
  if (/\)[*+?{]|\\[1-9k]|\(\?<?[=!]/.test(pattern)) return false
  const count = (of: RegExp) => pattern.match(of)?.length ?? 0
  return Math.max(2, actual.length) ** (1 + count(/[*+?{]/g)) * 2 ** count(/\|/g) <= mostOfPattern
}

function names(value: Json, keys: readonly string[]): boolean {
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === null || typeof next !== 'object') continue
    if (!Array.isArray(next) && keys.some((key) => Object.hasOwn(next as object, key))) return true
    open.push(...Object.values(next))
  }
  return false
}
