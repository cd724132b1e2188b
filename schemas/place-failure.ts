import { InputError, shortfall, TestbedError } from './failure.ts'
import type { Placing } from './flaw.ts'
import { byPlace } from './problem.ts'
import type { Problem } from './problem.ts'

/** A failure whose problems stand where their values stand in cluster.yaml, in the order of the file. What has its place already, or is about
 *  no value, stays as it is, and so does every other failure.
 *  @param error  whatever was thrown */
export function placeFailure(error: unknown, placeOf: Placing): unknown {
  if (error instanceof InputError) return new InputError(placeAll(error.problems, placeOf))
  if (error instanceof TestbedError && error.problems.length > 0) return shortfall(placeAll(error.problems, placeOf))
  return error
}

function placeAll(problems: readonly Problem[], placeOf: Placing): readonly Problem[] {
  return problems.map((problem) => placeOne(problem, placeOf)).toSorted(byPlace)
}

function placeOne(problem: Problem, placeOf: Placing): Problem {
  const { path, ...rest } = problem
  const place = rest.place ?? (path === undefined ? undefined : placeOf(path, false))
  return place === undefined ? problem : { ...rest, place }
}
