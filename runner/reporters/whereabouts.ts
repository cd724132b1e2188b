import type { Place } from '../../schemas/problem.ts'

/** A place as editors and terminals take it: `file:line:column`. */
export function whereabouts({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`
}
