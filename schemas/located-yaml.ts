import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type YAMLError } from 'yaml'
import type { LocatedEntry, LocatedNode, LocatedScalar } from './located-node.ts'
import type { Place, Problem } from './problem.ts'
import { locateCharacters } from './scalar-source.ts'

/** Aliases may blow a small file up to a huge value; no file of this product needs this many nodes. */
const mostNodes = 100_000

/** The tags of YAML's core schema: they say what a value is, and change nothing else. */
const coreTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`))

interface Reading {
  readonly text: string
  readonly file: string
  readonly document: Document
  readonly placeAt: (from: number, to: number) => Place
  readonly problems: Problem[]
  /** Anchored nodes that are being read: an alias to one of them is a cycle. */
  readonly open: Set<Node>
  count: number
}

/**
 * Reads one YAML document (1.2 core; JSON is a part of it) into nodes that know their places. Duplicate keys, merge keys (`<<`), keys that
 * are no scalars, tags and a second document are problems; anchors and aliases are followed.
 *
 * @param text  the file's text
 * @param file  its name, for places
 * @returns     every problem that was found; `root` is absent when the text is no YAML, or empty
 */
export function parseLocatedYaml(text: string, file: string): { readonly root?: LocatedNode; readonly problems: readonly Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', schema: 'core', logLevel: 'error' })
  const placeAt = (from: number, to: number): Place => {
    const at = lines.linePos(Math.min(from, text.length))
    const lineEnd = text.indexOf('\n', from)
    const end = Math.min(to, lineEnd === -1 ? text.length : lineEnd)
    return { file, line: Math.max(at.line, 1), column: Math.max(at.col, 1), length: Math.max(end - from, 1) }
  }
  if (document.errors.length > 0) return { problems: syntaxProblems(document.errors, text, placeAt) }
  const reading: Reading = { text, file, document, placeAt, problems: [], open: new Set(), count: 0 }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    reading.problems.push(
      problem('yaml-version', placeAt(0, 5), 'the file asks for another YAML than 1.2', 'YAML 1.2', 'remove the %YAML line'),
    )
  }
  const contents = document.contents as Node | null
  if (contents === null || (isScalar(contents) && contents.source === '')) return { problems: reading.problems }
  const root = readNode(contents, reading)
  return root === undefined || reading.problems.length > 0 ? { problems: reading.problems } : { root, problems: [] }
}

function readNode(node: Node, reading: Reading): LocatedNode | undefined {
  const [from, to] = extent(node, reading.text)
  const place = reading.placeAt(from, to)
  reading.count += 1
  if (reading.count > mostNodes) {
    if (reading.count === mostNodes + 1)
      reading.problems.push(problem('too-large', place, `the file has more than ${mostNodes} nodes, aliases followed`))
    return undefined
  }
  if (isAlias(node)) return readAlias(node.resolve(reading.document), node.source, place, reading)
  if (node.tag !== undefined && !coreTags.has(node.tag)) {
    reading.problems.push(
      problem('unknown-tag', place, `the tag ${node.tag} has no meaning here`, 'a value without a tag', 'remove the tag'),
    )
    return undefined
  }
  reading.open.add(node)
  try {
    if (isScalar(node)) return readScalar(node.value, node.type === 'PLAIN' ? node.source : undefined, [from, to], place, reading)
    if (isSeq(node)) {
      const items = node.items.map((item) => readNode(item as Node, reading))
      return { kind: 'list', items: items.filter((item) => item !== undefined), place }
    }
    if (isMap(node)) return { kind: 'map', entries: readEntries(node.items, reading), place }
    return undefined
  } finally {
    reading.open.delete(node)
  }
}

function readAlias(target: Node | undefined, name: string, place: Place, reading: Reading): LocatedNode | undefined {
  if (target === undefined) {
    reading.problems.push(
      problem('unknown-anchor', place, `nothing above is anchored as &${name}`, undefined, 'an anchor has to stand before its alias'),
    )
    return undefined
  }
  if (reading.open.has(target)) {
    reading.problems.push(problem('alias-cycle', place, `*${name} stands inside &${name} itself`, 'a value that ends'))
    return undefined
  }
  const node = readNode(target, reading)
  return node === undefined ? undefined : { ...node, place }
}

function readEntries(pairs: readonly unknown[], reading: Reading): LocatedEntry[] {
  const entries: LocatedEntry[] = []
  for (const pair of pairs) {
    if (!isPair(pair)) continue
    const key = pair.key as Node
    const keyPlace = reading.placeAt(...extent(key, reading.text))
    if (!isScalar(key)) {
      reading.problems.push(
        problem(
          'key-not-text',
          keyPlace,
          'a key is a list, a mapping or an alias',
          'a key that is text',
          'a value that starts with a brace or a bracket has to be in quotes',
        ),
      )
      continue
    }
    const name = key.type === 'PLAIN' && key.source !== undefined ? key.source : String(key.value)
    if (name === '<<' && key.type === 'PLAIN') {
      reading.problems.push(
        problem(
          'merge-key',
          keyPlace,
          'merge keys (<<) are not part of YAML 1.2',
          'the keys themselves',
          'write the keys out, or give the whole value an anchor (&name) and use it as *name',
        ),
      )
      continue
    }
    const value = pair.value === null ? emptyScalar(reading.placeAt(...extent(key, reading.text))) : readNode(pair.value as Node, reading)
    const { locate } = readScalar(name, key.type === 'PLAIN' ? name : undefined, extent(key, reading.text), keyPlace, reading)
    if (value !== undefined) entries.push({ key: name, keyPlace, locateKey: locate, value })
  }
  return entries
}

function readScalar(
  value: unknown,
  source: string | undefined,
  [from, to]: [number, number],
  place: Place,
  reading: Reading,
): LocatedScalar {
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  let offsets: readonly number[] | undefined
  const locate = (index: number): Place => {
    offsets ??= locateCharacters(reading.text.slice(from, to), source ?? String(known))
    const offset = from + (offsets[index] ?? to - from)
    return reading.placeAt(offset, offset + 1)
  }
  return { kind: 'scalar', value: known, ...(source === undefined ? {} : { source }), locate, place }
}

function emptyScalar(place: Place): LocatedScalar {
  return { kind: 'scalar', value: null, source: '', locate: () => place, place }
}

// A node's range ends behind trailing comments; an error is about what stands before them.
function extent(node: Node, text: string): [number, number] {
  const [from, to] = node.range ?? [0, 0]
  let end = to
  while (end > from && /\s/.test(text[end - 1] ?? '')) end -= 1
  return [from, end]
}

function syntaxProblems(errors: readonly YAMLError[], text: string, placeAt: Reading['placeAt']): readonly Problem[] {
  const problems: Problem[] = []
  const lines = new Set<number>()
  for (const { code, pos, message } of errors) {
    const place = placeAt(pos[0], pos[1])
    // One mistake makes several errors; the first of a line is the one to cure.
    if (lines.has(place.line)) continue
    lines.add(place.line)
    const line = lineAround(text, pos[0])
    const open = line.text.indexOf('${{')
    if (open !== -1 && code !== 'DUPLICATE_KEY') {
      const column = open + 1
      problems.push(quoteIt({ file: place.file, line: place.line, column, length: Math.max(line.text.indexOf('}}', open) + 2 - open, 3) }))
    } else if (code === 'DUPLICATE_KEY') {
      const key = /^[^:\s]+/.exec(text.slice(pos[0]))?.[0] ?? ''
      problems.push(
        problem(
          'duplicate-key',
          { ...place, length: Math.max(key.length, 1) },
          `the key ${key} stands here a second time`,
          'every key once',
          'remove one of the two',
        ),
      )
    } else if (code === 'MULTIPLE_DOCS') {
      problems.push(
        problem(
          'several-documents',
          { ...place, length: 3 },
          'the file holds a second document',
          'one document',
          'remove the line --- and what follows',
        ),
      )
    } else if (message.startsWith('Missing closing')) {
      // Any later quote would have closed it, so that the last one is where it begins.
      const quote = text.lastIndexOf(message.includes('"') ? '"' : "'", pos[0])
      problems.push(
        problem('yaml-syntax', placeAt(quote, text.length), `the ${text[quote]} is never closed`, undefined, 'close it on this line'),
      )
    } else {
      problems.push(problem('yaml-syntax', place, `this is not YAML: ${message}`, undefined, cureOf(code)))
    }
  }
  return problems
}

function cureOf(code: string): string | undefined {
  if (code === 'TAB_AS_INDENT') return 'indent with spaces'
  if (code === 'BAD_SCALAR_START') return 'put the value in quotes'
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'a value with ": " in it has to be in quotes; a nested mapping goes on the next line'
  if (code === 'BAD_INDENT' || code === 'UNEXPECTED_TOKEN') return 'check the indentation and the brackets of this line and the one above'
  return undefined
}

function quoteIt(place: Place): Problem {
  return problem(
    'quote-expression',
    place,
    'YAML takes the braces of ${{ }} for its own here',
    'the expression in quotes',
    'quote it: "${{ … }}"',
  )
}

function lineAround(text: string, position: number): { readonly text: string } {
  const start = text.lastIndexOf('\n', position - 1) + 1
  const end = text.indexOf('\n', position)
  return { text: text.slice(start, end === -1 ? text.length : end) }
}

function problem(code: string, place: Place, message: string, expected?: string, hint?: string): Problem {
  return {
    code,
    severity: 'error',
    place,
    message,
    ...(expected === undefined ? {} : { expected }),
    ...(hint === undefined ? {} : { hint }),
  }
}
