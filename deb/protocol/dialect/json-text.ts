/** A JSON value that keeps what a plain parse loses: the text of numbers. Objects keep the last of two equal keys, in first place. */
export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, JsonNode> }

/** The text is not JSON. `message` is worded as Jackson words it, without the location. Lines and columns are 1-based. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly line: number
  readonly column: number
  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}

interface Cursor {
  readonly text: string
  at: number
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const maxDepth = 200

/** Reads one JSON document (RFC 8259), nothing after it. Throws JsonSyntaxError. */
export function readJson(text: string): JsonNode {
  const cursor: Cursor = { text, at: 0 }
  skipSpace(cursor)
  if (cursor.at >= text.length) throw new JsonSyntaxError('No content to map due to end-of-input', 1, 0)
  const node = readValue(cursor, 0)
  skipSpace(cursor)
  if (cursor.at < text.length) throw unexpected(cursor, 'expected end of input')
  return node
}

/** The value as Gson's JsonElement.toString writes it: no spaces, no HTML escapes. */
export function compact(node: JsonNode): string {
  switch (node.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return JSON.stringify(node.value)
    case 'array':
      return `[${node.items.map(compact).join(',')}]`
    case 'object':
      return `{${[...node.entries].map(([key, value]) => `${JSON.stringify(key)}:${compact(value)}`).join(',')}}`
  }
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  if (depth > maxDepth) throw syntaxError(cursor, `Document nesting depth (${depth}) exceeds the maximum allowed (${maxDepth})`)
  const char = cursor.text[cursor.at]
  if (char === '{') return readObject(cursor, depth)
  if (char === '[') return readArray(cursor, depth)
  if (char === '"') return { kind: 'string', value: readString(cursor) }
  if (char !== undefined && /[-0-9]/.test(char)) return readNumber(cursor)
  const word = /[A-Za-z_$][\w$]*/y
  word.lastIndex = cursor.at
  const token = word.exec(cursor.text)?.[0]
  if (token === undefined) throw unexpected(cursor, "expected a valid value (number, String, array, object, 'true', 'false' or 'null')")
  cursor.at += token.length
  if (token === 'null') return { kind: 'null' }
  if (token === 'true' || token === 'false') return { kind: 'boolean', value: token === 'true' }
  throw syntaxError(cursor, `Unrecognized token '${token}': was expecting ('true', 'false' or 'null')`)
}

function readObject(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at
  const entries = new Map<string, JsonNode>()
  cursor.at++
  skipSpace(cursor)
  if (cursor.text[cursor.at] === '}') return (cursor.at++, { kind: 'object', entries })
  for (;;) {
    skipSpace(cursor)
    if (cursor.text[cursor.at] !== '"') throw unexpected(cursor, 'was expecting double-quote to start field name', start, 'Object')
    const key = readString(cursor)
    skipSpace(cursor)
    if (cursor.text[cursor.at] !== ':') {
      throw unexpected(cursor, 'was expecting a colon to separate field name and value', start, 'Object')
    }
    cursor.at++
    skipSpace(cursor)
    entries.set(key, readValue(cursor, depth + 1))
    skipSpace(cursor)
    if (cursor.text[cursor.at] === '}') return (cursor.at++, { kind: 'object', entries })
    if (cursor.text[cursor.at] !== ',') throw unexpected(cursor, 'was expecting comma to separate Object entries', start, 'Object')
    cursor.at++
  }
}

function readArray(cursor: Cursor, depth: number): JsonNode {
  const start = cursor.at
  const items: JsonNode[] = []
  cursor.at++
  skipSpace(cursor)
  if (cursor.text[cursor.at] === ']') return (cursor.at++, { kind: 'array', items })
  for (;;) {
    skipSpace(cursor)
    items.push(readValue(cursor, depth + 1))
    skipSpace(cursor)
    if (cursor.text[cursor.at] === ']') return (cursor.at++, { kind: 'array', items })
    if (cursor.text[cursor.at] !== ',') throw unexpected(cursor, 'was expecting comma to separate Array entries', start, 'Array')
    cursor.at++
  }
}

function readNumber(cursor: Cursor): JsonNode {
  numberPattern.lastIndex = cursor.at
  const text = numberPattern.exec(cursor.text)?.[0]
  if (text === undefined) {
    cursor.at++
    throw unexpected(cursor, 'expected digit (0-9) to follow minus sign, for valid numeric value')
  }
  cursor.at += text.length
  const next = cursor.text[cursor.at]
  if (next !== undefined && /[\w.]/.test(next)) throw unexpected(cursor, 'expected space separating root-level values')
  return { kind: 'number', text }
}

function readString(cursor: Cursor): string {
  const start = cursor.at++
  for (;;) {
    const char = cursor.text[cursor.at]
    if (char === undefined) throw syntaxError(cursor, 'Unexpected end-of-input: was expecting closing quote for a string value')
    if (char < ' ') {
      throw syntaxError(cursor, `Illegal unquoted character ((CTRL-CHAR, code ${char.charCodeAt(0)})): has to be escaped using backslash`)
    }
    if (char === '"') break
    cursor.at += char === '\\' ? 2 : 1
  }
  cursor.at++
  try {
    return JSON.parse(cursor.text.slice(start, cursor.at)) as string
  } catch {
    throw syntaxError(cursor, 'Unrecognized character escape')
  }
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t\r\n]/.test(cursor.text[cursor.at] ?? '')) cursor.at++
}

function unexpected(cursor: Cursor, expected: string, start?: number, container?: string): JsonSyntaxError {
  const char = cursor.text[cursor.at]
  if (char !== undefined) {
    cursor.at++
    return syntaxError(cursor, `Unexpected character ('${char}' (code ${char.charCodeAt(0)})): ${expected}`)
  }
  if (start === undefined) return syntaxError(cursor, 'Unexpected end-of-input within/between entries')
  const [line, column] = locate(cursor.text, start)
  const marker = `[Source: (InputStream); line: ${line}, column: ${column}]`
  return syntaxError(cursor, `Unexpected end-of-input: expected close marker for ${container} (start marker at ${marker})`)
}

function syntaxError(cursor: Cursor, message: string): JsonSyntaxError {
  return new JsonSyntaxError(message, ...locate(cursor.text, cursor.at))
}

function locate(text: string, at: number): [number, number] {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return [before.split('\n').length, at - lineStart + 1]
}
