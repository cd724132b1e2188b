import type { Place, Problem } from './problem.ts'

/** Something wrong inside a value: a problem that is told by where in the value it stands. */
export interface Flaw extends Pick<Problem, 'code' | 'message' | 'expected' | 'hint'> {
  readonly path: readonly string[]
  /** It is the last key of the path itself that is wrong. */
  readonly ofKey: boolean
  /** An error unless said. */
  readonly severity?: Problem['severity']
}

/** Where the value at a path stands in its file, or the last key itself. */
export type Placing = (path: readonly string[], ofKey: boolean) => Place | undefined

/** A flaw of a value whose file is not at hand: see `placeFailure`. */
export function unplaced({ path, severity = 'error', code, message, expected, hint }: Omit<Flaw, 'ofKey'>): Problem {
  return { code, severity, path, message, expected, hint }
}

/** A flaw as a problem of the file in which the value stands. */
export function placeFlaw({ path, ofKey, severity = 'error', code, message, expected, hint }: Flaw, placeOf: Placing): Problem {
  const place = placeOf(path, ofKey)
  return { code, severity, ...(place === undefined ? {} : { place }), message, expected, hint }
}
