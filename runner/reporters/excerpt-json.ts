import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import { excerptLines } from './excerpt.ts'
import { printable } from './visible-text.ts'

/** A way into a value: keys of objects and numbers of items. */
export type JsonPath = readonly (string | number)[]

/** Deeper than this a value is shown as `…`: nobody reads on, and writing it would not end. */
const deepest = 100

/**
 * A JSON value as lines, cut around places in it.
 *
 * @param paths  where something did not hold; where a way does not exist, as far as it does
 */
export function excerptJson(value: Json, paths: readonly JsonPath[]): readonly string[] {
  const places = paths.map((path) => existing(path, value)).filter(({ length }) => length > 0)
  const lines: string[] = []
  const matters = new Set<number>()
  writeValue(value, '', '', [], (line, path) => {
    if (places.some((place) => isSamePath(place, path))) matters.add(lines.length)
    lines.push(printable(line))
  })
  return excerptLines(
    lines,
    [...matters].sort((a, b) => a - b),
  )
}

/** The places in a result that an expression reads, as far as they can be told without evaluating it: `length(json[0].a || b)` reads `json[0].a`. */
export function pathsIn(expression: string, root: string): readonly JsonPath[] {
  const steps = '(?:\\.(?:[A-Za-z_]\\w*|"(?:[^"\\\\]|\\\\.)*")|\\[-?\\d+\\])*'
  return [...expression.matchAll(new RegExp(`(?<![\\w."])${root}(${steps})`, 'g'))].map(([, found = '']) =>
    [...found.matchAll(/\.(\w+)|\.("(?:[^"\\]|\\.)*")|\[(-?\d+)\]/g)].map(([, key, quoted, index]) =>
      index !== undefined ? Number(index) : quoted !== undefined ? unquote(quoted) : (key ?? ''),
    ),
  )
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}

/** A way as far as there is something on it. */
function existing(path: JsonPath, value: Json): JsonPath {
  let inner: Json | undefined = value
  for (const [index, key] of path.entries()) {
    const entries: Readonly<Record<string, Json>> = inner !== null && typeof inner === 'object' ? (inner as JsonObject) : {}
    if (!Object.hasOwn(entries, key)) return path.slice(0, index)
    inner = entries[key]
  }
  return path
}

function isSamePath(a: JsonPath, b: JsonPath): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index])
}

/** Tells the lines of a value; with the first line of each value inside of it goes its path, with the others none. */
function writeValue(value: Json, lead: string, end: string, path: JsonPath, tell: (line: string, path: JsonPath) => void): void {
  const margin = '  '.repeat(path.length)
  const entries: readonly (readonly [string | number, Json])[] =
    value === null || typeof value !== 'object' ? [] : Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  if (entries.length === 0 || path.length >= deepest) {
    tell(`${margin}${lead}${entries.length === 0 ? renderJson(value) : '…'}${end}`, path)
    return
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  tell(`${margin}${lead}${open}`, path)
  for (const [index, [key, inner]] of entries.entries()) {
    const name = typeof key === 'number' ? '' : `${JSON.stringify(key)}: `
    writeValue(inner, name, index === entries.length - 1 ? '' : ',', [...path, key], tell)
  }
  tell(`${margin}${close}${end}`, [])
}
