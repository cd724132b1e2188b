import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The folder that the project stands in. */
export const root = new URL('../..', import.meta.url).pathname

/** The TypeScript files below a folder of the project, as paths from its root. */
export function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(join(root, path)).isDirectory()) return sources(path)
    return name.endsWith('.ts') ? [path] : []
  })
}
