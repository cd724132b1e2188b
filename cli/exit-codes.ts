import type { Outcome } from '../schemas/event.ts'

/** What the process says when it ends. `failed` (a claim is false) and `testbed` (a claim could not be tested) are never mixed.
 *  70 is EX_SOFTWARE of sysexits(3); 130 is what shells give for SIGINT. */
export const exitCodes = { passed: 0, failed: 1, usage: 2, testbed: 3, defect: 70, interrupted: 130 } as const

/** What each of them means. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  passed: 'Passed: the command did what it was asked to, and every claim held.',
  failed: 'A scenario failed: a claim is false.',
  usage: 'Usage, or a file is wrong: the command line or an input has a mistake, and nothing was done.',
  testbed: 'The testbed got in the way: a claim could not be tested, or the testbed could not be raised.',
  defect: 'A defect of titus-bed.',
  interrupted: 'Interrupted, after the steps under `always` and with a report of what was not tested.',
}

/** The exit code of a run. An interruption wins over every outcome, since not everything was tested. */
export function exitCodeOf(outcome: Outcome, interrupted: boolean): number {
  if (interrupted) return exitCodes.interrupted
  if (outcome === 'errored') return exitCodes.testbed
  return outcome === 'failed' ? exitCodes.failed : exitCodes.passed
}
