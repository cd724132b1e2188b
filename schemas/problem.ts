import type { ProblemCode } from './problem-codes.ts'

/** A place in an input file. Lines and columns are 1-based; `length` is in characters, for the caret line. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
}

/** One thing that is wrong (or, as a warning or note, worth knowing) in an input. The sentence parts are kept apart so that
 *  every output (terminal, JUnit, GitHub annotation) can lay them out in its own way. */
export interface Problem {
  /** A stable identifier in kebab-case, such as `unknown-key`. Tests assert on it, not on prose. */
  readonly code: ProblemCode
  readonly severity: 'error' | 'warning' | 'note'
  /** Where; absent only when there is no file (a missing one, an option of the command line). */
  readonly place?: Place
  /** Which value of cluster.yaml it is about, for what was found apart from the file: whoever has read the file gives it its place. */
  readonly path?: readonly string[]
  /** What is wrong, as one sentence that names what was found. */
  readonly message: string
  /** What would have been right. */
  readonly expected?: string | undefined
  /** What to do: the nearest valid name, the command to type. */
  readonly hint?: string | undefined
}

/** The order of problems by where they stand in their file, for `toSorted`. */
export function byPlace(a: Problem, b: Problem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0)
}
