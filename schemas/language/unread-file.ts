import { FileRefused } from '../../system/file-refused.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import type { Place, Problem } from '../problem.ts'

/** The problem of a file that a scenario names and that is not there, or not to be had. @param error  why the first of `paths` was not */
export function unreadFile(written: string, place: Place, folders: readonly string[], paths: readonly string[], error: unknown): Problem {
  const message = `${written} ${whyUnreadable(error)}`
  const expected = `a file, seen from ${folders.join(' or ')}`
  const { code, hint } = error instanceof FileRefused ? error : { code: 'no-such-file' as const, hint: undefined }
  return { code, severity: 'error', place, message, expected, hint: hint ?? `looked for ${paths.join(' and ')}` }
}
