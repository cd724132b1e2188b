/** Values nested deeper than this are written as `…`: no reader of JSON could follow. */
const deepest = 200

/** A value that every reader of JSON can follow. */
export function withoutDepth(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value
  if (depth === deepest) return '…'
  if (Array.isArray(value)) return value.map((item: unknown) => withoutDepth(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutDepth(item, depth + 1)]))
}
