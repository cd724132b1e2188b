import type { Json } from '../schemas/json.ts'
import type { Place, Problem } from '../schemas/problem.ts'
import type { ProblemCode } from '../schemas/problem-codes.ts'
import { ConnectionError } from './hops/connection-error.ts'

/** A step could not test what it claims: it is errored, not failed. Thrown by step kinds and by the engine, caught in one place. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly code: ProblemCode
  readonly hint: string | undefined
  readonly place: Place | undefined
  /** What the step had found by then, for the report. */
  readonly result: Json | undefined
  constructor(
    code: ProblemCode,
    message: string,
    options: {
      readonly hint?: string | undefined
      readonly place?: Place | undefined
      readonly result?: Json | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.place = options.place
    this.result = options.result
  }
}

/** Ends a step whose file asks for what cannot be. All the problems are told, with the code and place of the first. @throws StepError unless there are none */
export function refuse(problems: readonly Problem[]): void {
  const [first] = problems
  if (first === undefined) return
  throw new StepError(first.code, joinProblems(problems), { place: first.place, hint: first.hint })
}

/** Problems as lines of a message. */
export function joinProblems(problems: readonly Problem[]): string {
  return problems.map(({ message, expected }) => (expected === undefined ? message : `${message}, expected ${expected}`)).join('\n')
}

/** An error as the report tells it. One that no step can meet is a defect of ours, which must not take `always` and the report away: it is told with all we know. */
export function toProblem(error: unknown, place: Place): Problem {
  if (!(error instanceof StepError) && !(error instanceof ConnectionError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { code: 'defect', severity: 'error', place, message }
  }
  const where = error instanceof StepError ? (error.place ?? place) : place
  return {
    code: error.code,
    severity: 'error',
    place: where,
    message: error.message,
    hint: error.hint,
  }
}
