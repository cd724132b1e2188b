import type { LocatedEntry, LocatedNode, LocatedScalar } from './located-node.ts'
import { scalarAt } from './places.ts'
import type { PlaceAt } from './places.ts'
import { plainValue } from './plain-value.ts'

/** A node, and the offset behind it; undefined: this is beyond everyday YAML. */
export type Read<Node extends LocatedNode = LocatedNode> = readonly [node: Node, end: number] | undefined

/** The text that is read. */
export interface Source {
  readonly text: string
  readonly placeAt: PlaceAt
}

/** What a plain scalar in braces or brackets may begin with, and what it holds; it ends at a comma, a bracket, or a colon before a blank. */
const plainInFlow = /[\w$./~+-](?:[^\s,[\]{}:#]|:(?![\s,[\]{}])|(?<![\s])#| +(?![\s,[\]{}:#]))*/y

const quotedOnce = /'((?:[^'\n]|'')*)'/y
const quotedTwice = /"((?:[^"\\\n]|\\["\\/bfnrt])*)"/y

/** A scalar in quotes, on one line. */
export function readQuoted(source: Source, from: number): Read<LocatedScalar> {
  const { text, placeAt } = source
  const single = text[from] === "'"
  const quoted = single ? quotedOnce : quotedTwice
  quoted.lastIndex = from
  const match = quoted.exec(text)
  if (match === null) return undefined
  const [raw, inner = ''] = match
  const value = single ? inner.replaceAll("''", "'") : inner.includes('\\') ? (JSON.parse(raw) as string) : inner
  return [scalarAt(text, placeAt, [from, from + raw.length], value, undefined), from + raw.length]
}

/** A mapping or a list in braces or brackets; `lines`: whether it may go over several. */
export function readFlow(source: Source, from: number, lines: boolean, depth = 0): Read {
  const { text, placeAt } = source
  if (depth > 40) return undefined
  const isMap = text[from] === '{'
  const entries: LocatedEntry[] = []
  const items: LocatedNode[] = []
  const keys = new Set<string>()
  let at = skip(text, from + 1, lines)
  const close = isMap ? '}' : ']'
  if (text[at] !== close) {
    for (;;) {
      if (isMap) {
        const key = readFlowScalar(source, at)
        if (key === undefined || typeof key[0].value !== 'string') return undefined
        const [node, keyEnd] = key
        if (text[keyEnd] !== ':' || (node.source !== undefined && text[keyEnd + 1] !== ' ')) return undefined
        const name = node.value as string
        if (keys.has(name) || name === '<<') return undefined
        keys.add(name)
        const value = readFlowValue(source, skip(text, keyEnd + 1, lines), lines, depth)
        if (value === undefined) return undefined
        entries.push({ key: name, keyPlace: node.place, locateKey: node.locate, value: value[0] })
        at = skip(text, value[1], lines)
      } else {
        const value = readFlowValue(source, at, lines, depth)
        if (value === undefined) return undefined
        items.push(value[0])
        at = skip(text, value[1], lines)
      }
      if (text[at] === close) break
      if (text[at] !== ',') return undefined
      at = skip(text, at + 1, lines)
    }
  }
  const end = at + 1
  const place = placeAt(from, end)
  return [isMap ? { kind: 'map', entries, place } : { kind: 'list', items, place }, end]
}

function readFlowValue(source: Source, at: number, lines: boolean, depth: number): Read {
  const first = source.text[at]
  return first === '{' || first === '[' ? readFlow(source, at, lines, depth + 1) : readFlowScalar(source, at)
}

function readFlowScalar(source: Source, at: number): Read<LocatedScalar> {
  const { text, placeAt } = source
  if (text[at] === "'" || text[at] === '"') return readQuoted(source, at)
  plainInFlow.lastIndex = at
  const plain = plainInFlow.exec(text)?.[0]
  if (plain === undefined || /^-(?:[\s,[\]{}]|$)/.test(plain)) return undefined
  const value = plainValue(plain)
  if (value === undefined) return undefined
  return [scalarAt(text, placeAt, [at, at + plain.length], value, plain), at + plain.length]
}

function skip(text: string, from: number, lines: boolean): number {
  let at = from
  while (text[at] === ' ' || (lines && text[at] === '\n')) at += 1
  return at
}
