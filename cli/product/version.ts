import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json: the project's root from source, `dist/` when built. */
export function productRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The version of titus-bed, from package.json. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(join(productRoot(), 'package.json'), 'utf8')) as { version: string }
  return version
}

/** The folder of the built packages, from source or built. */
export function builtPackages(): string {
  const candidates = [join(productRoot(), 'deb/packages'), join(productRoot(), 'dist/deb/packages')]
  return candidates.find((folder) => existsSync(join(folder, 'packages.json'))) ?? (candidates[0] as string)
}

/** PATH with the project's own tools behind the user's: a Terraform that set-up fetched because there was none. */
export function pathWithTools(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const tools = [join(productRoot(), '.tools/bin'), join(productRoot(), '../.tools/bin')].filter((folder) => existsSync(folder))
  return [env['PATH'] ?? '', ...tools].join(':')
}
