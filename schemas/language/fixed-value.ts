import type { Json } from '../json.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { hasExpression } from './template.ts'

/** Whether a node has its whole value already: no expression stands anywhere in it. */
export function isFixed(node: LocatedNode): boolean {
  if (node.kind === 'list') return node.items.every(isFixed)
  if (node.kind === 'map') return node.entries.every(({ value }) => isFixed(value))
  return typeof node.value !== 'string' || !hasExpression(node.value)
}

/** The value of a node as far as it is fixed: undefined wherever an expression will give it. */
export function fixedValue(node: LocatedNode): Json | undefined {
  if (node.kind === 'list') return node.items.map((item) => fixedValue(item) as Json)
  if (node.kind === 'map') return Object.fromEntries(node.entries.map(({ key, value }) => [key, fixedValue(value) as Json]))
  if (typeof node.value !== 'string') return node.value
  return hasExpression(node.value) ? undefined : node.value.replaceAll('$${{', '${{')
}
