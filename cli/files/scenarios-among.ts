import type { Problem } from '../../schemas/problem.ts'
import type { ExpandedFiles } from './expand-files.ts'
import { readText } from './load-files.ts'

/** The scenarios among files: those that were typed, whatever they are, and of those that were found the scenarios; the others are told. */
export async function scenariosAmong(
  { files, found, notes }: ExpandedFiles,
  cwd: string,
): Promise<{ readonly files: readonly string[]; readonly notes: readonly Problem[] }> {
  const { kindOfFile } = await import('../../schemas/yaml/kind-of-file.ts')
  const isOther = (file: string): boolean => found.has(file) && kindOfFile(readText(file, cwd, 'name an existing file')) !== 'scenario'
  const others = files.filter(isOther)
  return { files: files.filter((file) => !others.includes(file)), notes: [...notes, ...notScenarios(others)] }
}

/** What is told of files that are not run. */
export function notScenarios(files: readonly string[]): readonly Problem[] {
  const message = `not taken, since they are no scenarios: ${files.join(', ')}`
  return files.length === 0 ? [] : [{ code: 'not-taken', severity: 'note', message }]
}
