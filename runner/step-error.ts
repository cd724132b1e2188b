import type { Json } from '../schemas/json.ts'
import type { Place, Problem } from '../schemas/problem.ts'
import { ConnectionError } from './hops/connection-error.ts'

/** A step could not test what it claims: it is errored, not failed. Thrown by step kinds and by the engine, caught in one place. */
export class StepError extends Error {
  override readonly name = 'StepError'
  readonly code: string
  readonly hint: string | undefined
  readonly place: Place | undefined
  /** What the step had found by then, for the report. */
  readonly result: Json | undefined
  constructor(
    code: string,
    message: string,
    options: { readonly hint?: string; readonly place?: Place; readonly result?: Json; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.place = options.place
    this.result = options.result
  }
}

/** An error as the report tells it. @throws the error itself when it is none that a step can meet: that is a defect of ours */
export function toProblem(error: unknown, place: Place): Problem {
  if (!(error instanceof StepError) && !(error instanceof ConnectionError)) throw error
  const where = error instanceof StepError ? (error.place ?? place) : place
  return {
    code: error.code,
    severity: 'error',
    place: where,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}
