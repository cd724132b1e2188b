import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { productRoot } from './folders.ts'

/** The version of titus-bed, from package.json. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(join(productRoot(), 'package.json'), 'utf8')) as { version: string }
  return version
}
