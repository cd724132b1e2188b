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
  /** What values of cluster.yaml ask for and cannot have, where that is what got in the way; none otherwise. */
  readonly problems: readonly Problem[]
  constructor(
    message: string,
    options: { readonly hint?: string | undefined; readonly cause?: unknown; readonly problems?: readonly Problem[] } = {},
  ) {
    super(message, { cause: options.cause })
    this.hint = options.hint
    this.problems = options.problems ?? []
  }
}

/** The testbed falls short of what values of cluster.yaml ask for: exit code 3, and each is told as a problem of the file. */
export function shortfall(problems: readonly Problem[]): TestbedError {
  const hints = problems.flatMap(({ hint }) => hint ?? [])
  return new TestbedError(problems.map(({ message }) => message).join('\n'), { hint: hints.join('\n'), problems })
}
