import type { Problem } from './problem.ts'

/** A file or the command line is wrong: exit code 2. Carries every problem that was found, never only the first. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'))
    this.problems = problems
  }
}

/** The one thing that is wrong, as an error to be thrown. */
export function inputError(problem: Omit<Problem, 'severity'>): InputError {
  return new InputError([{ ...problem, severity: 'error' }])
}

/** The testbed, the lab, a cloud or this computer got in the way: exit code 3. `hint` is the next command to type. */
export class TestbedError extends Error {
  override readonly name = 'TestbedError'
  readonly hint: string | undefined
  constructor(message: string, options: { readonly hint?: string | undefined; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.hint = options.hint
  }
}
