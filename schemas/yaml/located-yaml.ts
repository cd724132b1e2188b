import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Alias, Document, Node } from 'yaml'
import type { LocatedEntry, LocatedNode, LocatedScalar } from './located-node.ts'
import { readInteger } from '../json-text.ts'
import type { Place, Problem } from '../problem.ts'
import { placesIn, scalarAt } from './places.ts'
import type { PlaceAt } from './places.ts'
import { syntaxProblems } from './syntax-problems.ts'

/** In characters. */
const mostText = 2 ** 20

/** Aliases may blow a small file up to a huge value; no file of this product needs this many nodes. */
const mostNodes = 100_000

/** No file of this product nests its values nearly as deep. */
const mostLevels = 100
const tooDeep = `the values are nested more than ${mostLevels} levels deep`

/** What no YAML text holds (YAML 1.2, production c-printable), what takes the place of bytes that are no UTF-8, and a carriage return alone. */
// oxlint-disable-next-line no-control-regex
const foreignCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd-\uffff]|\r(?!\n)/

/** How many brackets may be open, in strings and comments too, and how far a line may be indented, before a text is not even parsed: the
 *  parser calls itself for each level, and Node.js may end the process where the stack does. */
const mostOpen = 500
const deepLine = new RegExp(`^(?: |[-?:] ){${mostOpen}}`, 'm')

/** The tags of YAML's core schema: they say what a value is, and change nothing else. */
const coreTags = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`))

interface Reading {
  readonly text: string
  readonly file: string
  readonly document: Document
  readonly placeAt: PlaceAt
  readonly problems: Problem[]
  /** Anchored nodes that are being read: an alias to one of them is a cycle. */
  readonly open: Set<Node>
  /** What aliases stand for. */
  readonly targets: ReadonlyMap<Alias, Node | undefined>
  count: number
}

/**
 * Reads one YAML document (1.2 core; JSON is a part of it) into nodes that know their places. Duplicate keys, merge keys (`<<`), keys that
 * are no scalars, tags and a second document are problems; anchors and aliases are followed.
 *
 * @param source  the file's text
 * @param file    its name, for places
 * @returns       every problem that was found; `root` is absent when the text is no YAML, or empty. Of a key that stands twice it has the first
 */
export function parseLocatedYaml(source: string, file: string): { readonly root?: LocatedNode; readonly problems: readonly Problem[] } {
  // A byte order mark is no character of the first line.
  const text = source.replace(/^\ufeff/, '')
  const start = { file, line: 1, column: 1, length: 1 }
  if (text.length > mostText) return { problems: [problem('too-large', start, `the file has more than ${mostText} characters`)] }
  if (isTooDeep(text)) return { problems: [problem('too-deep', start, tooDeep)] }
  const placeAt = placesIn(text, file)
  const foreign = foreignCharacter.exec(text)
  if (foreign !== null) return { problems: [notText(foreign[0], placeAt(foreign.index, foreign.index + 1))] }
  const document = parse(text)
  if (document.errors.length > 0) return { problems: syntaxProblems(document.errors, text, placeAt) }
  const reading: Reading = { text, file, document, placeAt, problems: [], open: new Set(), targets: findTargets(document, text), count: 0 }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    reading.problems.push(
      problem('yaml-version', placeAt(0, 5), 'the file asks for another YAML than 1.2', 'YAML 1.2', 'remove the %YAML line'),
    )
  }
  const contents = document.contents as Node | null
  if (contents === null || (isScalar(contents) && contents.source === '')) return { problems: reading.problems }
  const root = readNode(contents, reading)
  const isWhole = reading.problems.every(({ code }) => code === 'duplicate-key')
  return root === undefined || !isWhole ? { problems: reading.problems } : { root, problems: reading.problems }
}

/** The document as the library reads it. */
function parse(text: string): Document.Parsed {
  const { stackTraceLimit } = Error
  try {
    // The library makes an error of each character that is out of place; with its stack, a megabyte of brackets takes twenty seconds.
    Error.stackTraceLimit = 0
    // It would look for a key that stands twice by comparing each with all others.
    return parseDocument(text, { prettyErrors: false, version: '1.2', schema: 'core', uniqueKeys: false, logLevel: 'error' })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** What each alias stands for: the node above that has its anchor, the last of them. The library would search the whole text for each. */
function findTargets(document: Document, text: string): Reading['targets'] {
  const anchored = new Map<string, Node>()
  const targets = new Map<Alias, Node | undefined>()
  if (!text.includes('*')) return targets
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) targets.set(node, anchored.get(node.source))
      else if (node.anchor !== undefined) anchored.set(node.anchor, node)
    },
  })
  return targets
}

function isTooDeep(text: string): boolean {
  let open = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(open - 1, 0)
    if (open > mostOpen) return true
  }
  return deepLine.test(text)
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
  if (reading.open.size >= mostLevels) {
    if (!reading.problems.some(({ code }) => code === 'too-deep')) reading.problems.push(problem('too-deep', place, tooDeep))
    return undefined
  }
  if (isAlias(node)) return readAlias(node, place, reading)
  if (node.tag !== undefined && !coreTags.has(node.tag)) {
    // A node begins behind its tag and its anchor.
    const last = wordBefore(reading.text, from)
    const [begin, end] = reading.text[last[0]] === '&' ? wordBefore(reading.text, last[0]) : last
    const isWritten = reading.text[begin] === '!'
    const tag = isWritten ? reading.text.slice(begin, end) : node.tag
    const at = isWritten ? reading.placeAt(begin, end) : place
    reading.problems.push(problem('unknown-tag', at, `the tag ${tag} has no meaning here`, 'a value without a tag', 'remove the tag'))
    return undefined
  }
  reading.open.add(node)
  try {
    if (isScalar(node)) return readScalar(node.value, node.type === 'PLAIN' ? node.source : undefined, [from, to], reading)
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

function readAlias(alias: Alias, place: Place, reading: Reading): LocatedNode | undefined {
  const name = alias.source
  const target = reading.targets.get(alias)
  if (target === undefined) {
    const hint = 'an anchor has to stand before its alias; a text that begins with * has to be in quotes'
    reading.problems.push(problem('unknown-anchor', place, `nothing above is anchored as &${name}`, undefined, hint))
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
  const names = new Set<string>()
  for (const pair of pairs) {
    if (!isPair(pair)) continue
    const key = pair.key as Node
    const keyPlace = reading.placeAt(...extent(key, reading.text))
    if (!isScalar(key)) {
      reading.problems.push(
        problem(
          'key-not-text',
          keyPlace,
          `a key is ${isAlias(key) ? 'an alias' : isSeq(key) ? 'a list' : 'a mapping'}`,
          'a key that is text',
          isAlias(key) ? 'write the key out' : 'a value that starts with a brace or a bracket has to be in quotes',
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
    const isSecond = names.has(name)
    if (isSecond)
      reading.problems.push(
        problem('duplicate-key', keyPlace, `the key ${name} stands here a second time`, 'every key once', 'remove one of the two'),
      )
    names.add(name)
    const value = pair.value === null ? emptyScalar(reading.placeAt(...extent(key, reading.text))) : readNode(pair.value as Node, reading)
    const { locate } = readScalar(name, key.type === 'PLAIN' ? name : undefined, extent(key, reading.text), reading)
    if (value !== undefined && !isSecond) entries.push({ key: name, keyPlace, locateKey: locate, value })
  }
  return entries
}

function readScalar(
  value: unknown,
  source: string | undefined,
  span: readonly [number, number],
  { text, placeAt }: Reading,
): LocatedScalar {
  const known = typeof value === 'string' || typeof value === 'boolean' ? value : typeof value === 'number' ? exactly(value, source) : null
  return scalarAt(text, placeAt, span, known, source)
}

function exactly(value: number, source: string | undefined): number | bigint {
  return source !== undefined && /^[-+]?\d+$/.test(source) ? readInteger(source) : value
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

function notText(character: string, place: Place): Problem {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  const message = character === '\ufffd' ? 'the bytes here are no UTF-8' : `the character U+${code} here is none that a YAML text has`
  return problem('not-text', place, message, 'text in UTF-8, with line ends of LF or CR LF', 'save the file as UTF-8 text')
}

function problem(code: Problem['code'], place: Place, message: string, expected?: string, hint?: string): Problem {
  return {
    code,
    severity: 'error',
    place,
    message,
    expected,
    hint,
  }
}

/** Where the last word before a place begins and ends. */
function wordBefore(text: string, place: number): readonly [begin: number, end: number] {
  let end = place
  while (end > 0 && /\s/.test(text[end - 1] ?? '')) end -= 1
  let begin = end
  while (begin > 0 && /\S/.test(text[begin - 1] ?? '')) begin -= 1
  return [begin, end]
}
