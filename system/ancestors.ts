import { dirname } from 'node:path'

/** A folder and all that it stands in, the nearest first. */
export function ancestors(folder: string): readonly string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...ancestors(above)]
}
