import type { Scenario } from '../../schemas/scenario.ts'
import type { Verdict } from './known-failure.ts'

/** Asks whether the cloud had no machine to give since a time, and what it said; undefined when it had. */
export type AskShortage = (
  since: Date,
  signal: AbortSignal,
) => Promise<{ readonly message: string; readonly hint: string | undefined } | undefined>

/** A scenario that failed while the cloud had no machine to give was not tested: whatever it missed may be what could not be launched. */
export async function excuseShortage(
  { place }: Scenario,
  verdict: Verdict,
  since: number,
  shortage: AskShortage | undefined,
  signal: AbortSignal,
): Promise<Verdict> {
  if (verdict.outcome !== 'failed' || shortage === undefined || signal.aborted) return verdict
  const short = await shortage(new Date(since), signal)
  if (short === undefined) return verdict
  return { outcome: 'errored', problem: { code: 'no-capacity', severity: 'error', place, message: short.message, hint: short.hint } }
}
