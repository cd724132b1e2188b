import { readFlow, readQuoted } from './everyday-flow.ts'
import type { Read, Source } from './everyday-flow.ts'
import type { LocatedEntry, LocatedNode } from './located-node.ts'
import { scalarAt } from './places.ts'
import type { PlaceAt } from './places.ts'
import { plainValue } from './plain-value.ts'

/** A line that is neither empty nor a comment. */
interface Line {
  /** Where its first character stands that is no blank. */
  readonly from: number
  readonly indent: number
  readonly end: number
}

/** What is beyond everyday YAML wherever it stands: tabs, other line ends than LF, blanks at the end of a line, a last line without its end. */
const unusual = /[\t\r\ufeff\u0085\u2028\u2029]| \n|[^\n]$/

const plainKey = /[A-Za-z0-9_.$/](?:[^\n:#]|:(?! |\n)|(?<! )#)*(?=:(?: |\n))/y
const plainInBlock = /(?:[\w$./~+(]|-(?=[^\s]))(?:[^\n:#]|:(?! |\n)|(?<! )#)*/y
const mostDeep = 40

/**
 * Reads what nearly all files of the product are written in, and gives up on all else: block mappings and lists with keys and scalars of
 * one line, braces and brackets on one line (a text that is one mapping in braces, as JSON is, may have several), texts of several lines.
 * It takes a small part of the time that the whole of YAML takes, and gives what `parseLocatedYaml` would give.
 *
 * @returns undefined when the text has anything else in it, or a mistake
 */
export function readEverydayYaml(text: string, placeAt: PlaceAt): LocatedNode | undefined {
  if (unusual.test(text)) return undefined
  const source = { text, placeAt }
  const lines = contentLines(text)
  const [first] = lines
  if (first === undefined || first.indent !== 0) return undefined
  if (text[first.from] === '{') {
    const read = readFlow(source, first.from, true)
    return read !== undefined && text.slice(read[1]).trim() === '' ? read[0] : undefined
  }
  const cursor: Cursor = { ...source, lines, index: 0 }
  const root = readBlock(cursor, 0, 0)
  return cursor.index === lines.length ? root : undefined
}

interface Cursor extends Source {
  readonly lines: readonly Line[]
  /** Of the line that comes next. */
  index: number
}

function contentLines(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start)
    let from = start
    while (text[from] === ' ') from += 1
    if (from < end && text[from] !== '#') lines.push({ from, indent: from - start, end })
    start = end + 1
  }
  return lines
}

/** The mapping or the list whose first line comes next, at its indentation. */
function readBlock(cursor: Cursor, indent: number, depth: number): LocatedNode | undefined {
  const line = cursor.lines[cursor.index]
  if (line === undefined || depth > mostDeep) return undefined
  return isItem(cursor.text, line.from) ? readList(cursor, indent, depth) : readMap(cursor, line.from, indent, depth)
}

function readList(cursor: Cursor, indent: number, depth: number): LocatedNode | undefined {
  const { text, lines, placeAt } = cursor
  const items: LocatedNode[] = []
  const first = lines[cursor.index] as Line
  for (let line = lines[cursor.index]; line !== undefined && line.indent >= indent; line = lines[cursor.index]) {
    if (line.indent !== indent) return undefined
    // A key at the indentation of the list ends it, where the list is the value of a key there.
    if (!isItem(text, line.from)) break
    const from = line.from + 2
    const item = keyAt(cursor, from) === undefined ? readValue(cursor, from, indent) : readMap(cursor, from, indent + 2, depth + 1)
    if (item === undefined) return undefined
    items.push(item)
  }
  return { kind: 'list', items, place: placeAt(first.from, first.end) }
}

/** @param from  where its first key stands; the others begin their lines */
function readMap(cursor: Cursor, from: number, indent: number, depth: number): LocatedNode | undefined {
  const { lines, placeAt } = cursor
  const entries: LocatedEntry[] = []
  const keys = new Set<string>()
  const first = lines[cursor.index] as Line
  let at = from
  for (;;) {
    const key = keyAt(cursor, at)
    if (key === undefined || depth > mostDeep) return undefined
    const [node, keyEnd] = key
    if (keys.has(node.value as string)) return undefined
    keys.add(node.value as string)
    const value = readEntry(cursor, keyEnd + 1, indent, depth)
    if (value === undefined) return undefined
    entries.push({ key: node.value as string, keyPlace: node.place, locateKey: node.locate, value })
    const next = lines[cursor.index]
    if (next === undefined || next.indent < indent) break
    if (next.indent !== indent) return undefined
    at = next.from
  }
  return { kind: 'map', entries, place: placeAt(from, first.end) }
}

/** What stands behind the colon of a key: on its line, or as a block below. */
function readEntry(cursor: Cursor, at: number, indent: number, depth: number): LocatedNode | undefined {
  const { text, lines } = cursor
  const line = lines[cursor.index] as Line
  if (at < line.end) return readValue(cursor, at + 1, indent)
  cursor.index += 1
  const next = lines[cursor.index]
  if (next === undefined) return undefined
  const isBelow = next.indent > indent || (next.indent === indent && isItem(text, next.from))
  return isBelow ? readBlock(cursor, next.indent, depth + 1) : undefined
}

/** A value that begins on the line that comes next, and all of that line. */
function readValue(cursor: Cursor, at: number, indent: number): LocatedNode | undefined {
  const { text, lines } = cursor
  const line = lines[cursor.index] as Line
  const first = text[at] ?? ''
  if (first === '|' || first === '>') return readLines(cursor, at, indent)
  const read: Read =
    first === '{' || first === '['
      ? readFlow(cursor, at, false)
      : first === "'" || first === '"'
        ? readQuoted(cursor, at)
        : readPlain(cursor, at)
  if (read === undefined) return undefined
  const rest = text.slice(read[1], line.end)
  if (rest !== '' && !/^ +#/.test(rest)) return undefined
  cursor.index += 1
  return read[0]
}

function readPlain({ text, placeAt }: Source, at: number): Read {
  plainInBlock.lastIndex = at
  const plain = plainInBlock.exec(text)?.[0].trimEnd()
  const value = plain === undefined ? undefined : plainValue(plain)
  if (plain === undefined || value === undefined) return undefined
  return [scalarAt(text, placeAt, [at, at + plain.length], value, plain), at + plain.length]
}

/** A text of several lines behind `|`, or behind `>`, where they are joined; with `-` no line end follows it. */
function readLines(cursor: Cursor, at: number, indent: number): LocatedNode | undefined {
  const { text, lines, placeAt } = cursor
  const header = lines[cursor.index] as Line
  const mark = text.slice(at, header.end)
  if (!/^[|>]-?$/.test(mark)) return undefined
  const body = /^ +/.exec(text.slice(header.end + 1, header.end + 1 + 200))?.[0].length ?? 0
  if (body <= indent) return undefined
  const kept: string[] = []
  let end = header.end
  for (let start = header.end + 1; start < text.length;) {
    const lineEnd = text.indexOf('\n', start)
    const line = text.slice(start, lineEnd)
    if (line !== '' && !line.startsWith(' '.repeat(body))) break
    kept.push(line.slice(body))
    if (line !== '') end = lineEnd
    start = lineEnd + 1
  }
  while (kept.at(-1) === '') kept.pop()
  while ((lines[cursor.index]?.from ?? Infinity) < end) cursor.index += 1
  const after = lines[cursor.index]
  // Whatever stands between the indentation of the text and that of its key is a mistake.
  if (after !== undefined && after.indent > indent) return undefined
  const folds = mark.startsWith('>')
  if (folds && kept.some((line) => line === '' || line.startsWith(' '))) return undefined
  return scalarAt(text, placeAt, [at, end], kept.join(folds ? ' ' : '\n') + (mark.endsWith('-') ? '' : '\n'), undefined)
}

function isItem(text: string, at: number): boolean {
  return text[at] === '-' && text[at + 1] === ' '
}

/** The key at an offset, and where its colon stands; undefined when there is none, or not one that is a text. */
function keyAt(source: Source, at: number): ReturnType<typeof readQuoted> {
  const { text, placeAt } = source
  if (text[at] === "'" || text[at] === '"') {
    const read = readQuoted(source, at)
    return read !== undefined && /^:[ \n]/.test(text.slice(read[1], read[1] + 2)) ? read : undefined
  }
  plainKey.lastIndex = at
  const plain = plainKey.exec(text)?.[0]
  if (plain === undefined || plain.length > 200 || plain.endsWith(' ') || typeof plainValue(plain) !== 'string') return undefined
  return [scalarAt(text, placeAt, [at, at + plain.length], plain, plain), at + plain.length]
}
