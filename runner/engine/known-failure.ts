import type { Outcome } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Scenario } from '../../schemas/scenario.ts'

/** What a scenario came to, and why. */
export interface Verdict {
  readonly outcome: Outcome
  readonly problem?: Problem | undefined
  /** It failed, as is known, and why. */
  readonly knownFailure?: string
}

/** What a scenario comes to that is known to fail: green where a claim of it is false, red where none is. What could not be tested stays that. */
export function judgeKnownFailure({ knownFailure, place }: Scenario, { outcome, problem }: Verdict): Verdict {
  if (knownFailure === undefined) return { outcome, problem }
  if (outcome === 'failed' && problem === undefined) return { outcome: 'passed', knownFailure }
  if (outcome !== 'passed') return { outcome, problem }
  return {
    outcome: 'failed',
    problem: {
      code: 'unexpected-pass',
      severity: 'error',
      place,
      message: `it passes, and is known to fail: ${knownFailure}`,
      hint: 'remove knownFailure: what it waited for is there',
    },
  }
}
