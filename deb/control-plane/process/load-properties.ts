import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseProperties } from './properties.ts'

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
