import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { productRoot } from './folders.ts'

/** PATH with the project's own tools behind the user's: a Terraform that set-up fetched because there was none. */
export function pathWithTools(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const tools = [join(productRoot(), '.tools/bin'), join(productRoot(), '../.tools/bin')].filter((folder) => existsSync(folder))
  return [env['PATH'] ?? '', ...tools].join(':')
}
