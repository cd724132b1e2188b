import type { Json } from '../json.ts'
import type { Place } from '../problem.ts'

/** A node of a YAML file: its value, and where it stands. */
export type LocatedNode = LocatedScalar | LocatedList | LocatedMap

/** A scalar. `value` is what YAML 1.2 core makes of it, a whole number beyond 2^53 a bigint; `source` is the text of a plain scalar as written (`0644`). */
export interface LocatedScalar {
  readonly kind: 'scalar'
  readonly value: null | boolean | number | bigint | string
  /** The text as written for a plain scalar; undefined for a quoted or block one, which is a string already. */
  readonly source?: string
  /** Where each character of a string value stands in the file: 1-based line and column of `value[index]`. */
  readonly locate: (index: number) => Place
  readonly place: Place
}

/** A sequence. */
export interface LocatedList {
  readonly kind: 'list'
  readonly items: readonly LocatedNode[]
  readonly place: Place
}

/** A mapping; its keys are strings, each at most once, in the order of the file. */
export interface LocatedMap {
  readonly kind: 'map'
  readonly entries: readonly LocatedEntry[]
  readonly place: Place
}

/** One key of a mapping. */
export interface LocatedEntry {
  readonly key: string
  readonly keyPlace: Place
  /** Where each character of the key stands. */
  readonly locateKey: (index: number) => Place
  readonly value: LocatedNode
}

/** The plain value of a node, without places. */
export function toJson(node: LocatedNode): Json {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(toJson)
  const object: Record<string, Json> = {}
  for (const { key, value } of node.entries) define(object, key, toJson(value))
  return object
}

/** The entry of a mapping; undefined when the node is no mapping or has no such key. */
export function entryOf(node: LocatedNode | undefined, key: string): LocatedEntry | undefined {
  if (node?.kind !== 'map') return undefined
  return node.entries.length < fewEntries ? node.entries.find((entry) => entry.key === key) : indexOf(node).get(key)
}

/** Up to here an index is not worth its making. */
const fewEntries = 16
const indexes = new WeakMap<LocatedMap, ReadonlyMap<string, LocatedEntry>>()

function indexOf(map: LocatedMap): ReadonlyMap<string, LocatedEntry> {
  let index = indexes.get(map)
  if (index === undefined) {
    // Of a key that stands twice the first counts.
    index = new Map(map.entries.toReversed().map((entry) => [entry.key, entry]))
    indexes.set(map, index)
  }
  return index
}

/** The value under a key of a mapping; undefined when there is none. */
export function childOf(node: LocatedNode | undefined, key: string): LocatedNode | undefined {
  return entryOf(node, key)?.value
}

/** The node at a path, or, where the path leaves the tree, its nearest parent. */
export function nodeAt(root: LocatedNode, path: readonly (string | number)[]): LocatedNode {
  let node = root
  for (const step of path) {
    const next = node.kind === 'list' ? node.items[Number(step)] : childOf(node, String(step))
    if (next === undefined) return node
    node = next
  }
  return node
}

/** The place of the value at a path, or of the last key itself; where there is none, of its nearest parent. */
export function placeIn(root: LocatedNode, path: readonly string[], ofKey: boolean): Place {
  const node = nodeAt(root, ofKey ? path.slice(0, -1) : path)
  return (ofKey ? entryOf(node, String(path.at(-1)))?.keyPlace : undefined) ?? node.place
}

/** The paths of the nodes that a test holds for; of one and all that is inside of it, the outermost. */
export function nodePaths(node: LocatedNode, test: (node: LocatedNode) => boolean): readonly (readonly string[])[] {
  if (test(node)) return [[]]
  if (node.kind === 'scalar') return []
  const children: readonly (readonly [string, LocatedNode])[] =
    node.kind === 'list' ? node.items.map((item, index) => [String(index), item]) : node.entries.map(({ key, value }) => [key, value])
  return children.flatMap(([key, child]) => nodePaths(child, test).map((path) => [key, ...path]))
}

/** The entries of a mapping; none for anything else. */
export function entriesOf(node: LocatedNode | undefined): readonly LocatedEntry[] {
  return node?.kind === 'map' ? node.entries : []
}

/** The text of a scalar that holds a string; undefined for everything else. */
export function textOf(node: LocatedNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

/** How a value is named in a message: `the text "x"`, `a list`, `nothing`. */
export function describe(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`
  if (typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : 'a mapping'
}

// A key named __proto__ has to stay data.
function define(object: Record<string, Json>, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
}
