import { compileExpression } from '../../schemas/language/expression.ts'
import type { SyntaxNode } from '../../schemas/language/expression-reads.ts'
import type { Json } from '../../schemas/json.ts'
import { countOf } from '../../system/count-of.ts'

/** An expression over the items of a list that keeps those of which JMESPath leaves nothing: each stands in a list of its own, as `[null]`. */
export interface Keeping {
  readonly expression: string
  /** What is read of each item: `status.state`. */
  readonly names: string
}

const projections = new Set(['Projection', 'FilterProjection', 'ValueProjection'])
const onlyNames = /^\s*\.\s*((?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)*")(?:\s*\.\s*(?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)*"))*)\s*$/

/**
 * The same expression with every item kept; undefined for one that ends otherwise than with names read of each item of a list, of which
 * JMESPath leaves nothing out. `json.items[].status.state` of an item without a state is not null there: it is not there.
 */
export function keepAll(expression: string): Keeping | undefined {
  const tree = compileExpression(expression)
  if (tree === undefined || !projections.has(tree.type) || !isNames(tree['right'] as SyntaxNode)) return undefined
  const end = Math.max(expression.lastIndexOf(']'), expression.lastIndexOf('*')) + 1
  const [, names] = onlyNames.exec(expression.slice(end)) ?? []
  return names === undefined ? undefined : { expression: `${expression.slice(0, end)}.[${names}]`, names }
}

/** Why a claim about every item does not hold: some have nothing that it could be claimed of. @param all  what {@link keepAll} finds */
export function tellLeftOut(all: Json, { names }: Keeping): string | undefined {
  if (!Array.isArray(all)) return undefined
  const missing = all.flatMap((item, index) => (Array.isArray(item) && item[0] === null ? [`[${index}]`] : []))
  if (missing.length === 0) return undefined
  const shown = `${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', …' : ''}`
  return `${missing.length} of ${countOf(all.length, 'item')} ${missing.length === 1 ? 'has' : 'have'} no ${names}, and JMESPath leaves them out: ${shown}`
}

function isNames({ type, left, right }: SyntaxNode): boolean {
  return type === 'Field' || (type === 'Subexpression' && isNames(left as SyntaxNode) && isNames(right as SyntaxNode))
}
