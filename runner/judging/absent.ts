import { compileExpression } from '../../schemas/language/expression.ts'
import { childNodes } from '../../schemas/language/expression-reads.ts'
import type { SyntaxNode } from '../../schemas/language/expression-reads.ts'

/** The keys of a result that hold null because there is nothing to hold, such as `json` of a text that is none; each with why, as a clause. */
export type Absences = ReadonlyMap<string, string>

/**
 * Why an expression finds nothing where it reads something inside of what is not there: `json.error` of an error page. To read the key
 * itself is to ask whether it is there, and is answered by null.
 */
export function absenceReadBy(expression: string, absences: Absences): string | undefined {
  if (absences.size === 0) return undefined
  const tree = compileExpression(expression)
  if (tree === undefined) return undefined
  for (const [key, reason] of absences) if (readsInside(tree, key)) return reason
  return undefined
}

/** What goes on from what its left side, or its child, gives. */
const going = new Set(['Subexpression', 'IndexExpression', 'Pipe', 'Projection', 'ValueProjection', 'FilterProjection', 'Flatten'])

function readsInside(node: SyntaxNode, key: string): boolean {
  return (nameOf(node) === undefined && startOf(node) === key) || childNodes(node).some((child) => readsInside(child, key))
}

/** The name that a chain of steps begins with: `json` of `json.items[0].id`; undefined where it begins with something else. */
function startOf(node: SyntaxNode): string | undefined {
  const name = nameOf(node)
  if (name !== undefined) return name
  const before = (node['left'] ?? node['child']) as SyntaxNode | undefined
  return going.has(node.type) && before !== undefined ? startOf(before) : undefined
}

/** The name that a node is, also as `@.json` and `@ | json`. */
function nameOf(node: SyntaxNode): string | undefined {
  if (node.type === 'Field') return String(node['name'])
  const [left, right] = [node['left'] as SyntaxNode | undefined, node['right'] as SyntaxNode | undefined]
  const isOfWhole = left !== undefined && ['Current', 'Identity', 'Root'].includes(left.type)
  return ['Subexpression', 'Pipe'].includes(node.type) && isOfWhole && right !== undefined ? nameOf(right) : undefined
}
