import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'

/** Reads the file that `-p FILE` names on the command line. Throws when there is none or it cannot be read. */
export async function loadProperties(argv: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { values } = parseArgs({ args: [...argv], options: { properties: { type: 'string', short: 'p' } } })
  if (values.properties === undefined) throw new Error('usage: -p FILE.properties')
  return parseProperties(await readFile(values.properties, 'utf8'))
}

/** A property that has to be there. Throws when it is not. */
export function requiredProperty(properties: Readonly<Record<string, string>>, name: string): string {
  const value = properties[name]
  if (value === undefined || value === '') throw new Error(`property ${name} is not set`)
  return value
}

/** Reads a Java properties file: `key=value`, `key: value` or `key value`, comments with # or !, `\` continues a line, and `\\` does not. */
export function parseProperties(text: string): Readonly<Record<string, string>> {
  const lines = text.replace(/(?<=(?<!\\)(?:\\\\)*)\\\r?\n[ \t]*/g, '').split(/\r?\n/)
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^\s*([^\s#!=:][^\s=:]*)\s*[=:\s]?\s*(.*)$/.exec(line)
      return match === null ? [] : [[match[1] ?? '', unescape(match[2] ?? '').trimEnd()]]
    }),
  )
}

function unescape(value: string): string {
  return value.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_all, escaped: string) => {
    if (escaped.startsWith('u') && escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return { n: '\n', t: '\t', r: '\r', f: '\f' }[escaped] ?? escaped
  })
}

/** A whole number among the properties; throws when it is there and is none. */
export function integerProperty(properties: Readonly<Record<string, string>>, name: string, absent: number): number {
  const text = properties[name]
  if (text === undefined || text === '') return absent
  if (!/^\d+$/.test(text)) throw new Error(`property ${name}: expected a whole number, found "${text}"`)
  return Number(text)
}
