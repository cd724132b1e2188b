import type { Outcome } from '../schemas/event.ts'

/** What the process says when it ends. `failed` (a claim is false) and `testbed` (a claim could not be tested) are never mixed.
 *  70 is EX_SOFTWARE of sysexits(3); 130 is what shells give for SIGINT. */
export const exitCodes = { passed: 0, failed: 1, usage: 2, testbed: 3, defect: 70, interrupted: 130 } as const

/** The exit code of a run. An interruption wins over every outcome, since not everything was tested. */
export function exitCodeOf(outcome: Outcome, interrupted: boolean): number {
  if (interrupted) return exitCodes.interrupted
  if (outcome === 'errored') return exitCodes.testbed
  return outcome === 'failed' ? exitCodes.failed : exitCodes.passed
}
