import type { StepResult } from '../../schemas/event.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { accountSources } from '../collect/account-sources.ts'
import { collectEvidence } from '../collect/collect-evidence.ts'
import type { RunContext } from './frame.ts'
import { combineOutcomes, weighStep } from './outcome.ts'

/** A scenario, and the machines that it reached. */
interface Asked {
  readonly scenario: Scenario
  readonly label: string
  /** When it began, in milliseconds since the epoch. */
  readonly since: number
  readonly touched: readonly string[]
}

/** Asks the machines what they know of a scenario that does not pass, before it is cleared away, and of one that is tried again once. One that
 *  reached none has nothing to ask. Never throws, and decides nothing. */
export async function askMachines(
  { scenario, label, since, touched }: Asked,
  work: readonly StepResult[],
  run: RunContext,
  { signal, abandon }: { readonly signal: AbortSignal; readonly abandon: AbortSignal },
): Promise<void> {
  const { collect, mask, clock, testbed, hops } = run
  if (collect === undefined || touched.length === 0 || signal.aborted || collect.asked.has(label)) return
  const outcome = combineOutcomes(work.map(weighStep))
  if (!collect.always && outcome !== 'failed' && outcome !== 'errored') return
  collect.asked.add(label)
  const besides = [...accountSources(testbed), ...(collect.besides?.(scenario) ?? [])]
  const collection = { scenario: label, since, touched, wish: scenario.collect, besides, keep: collect.keep }
  const evidence = await collectEvidence(collection, { testbed, hops, mask, clock }, AbortSignal.any([signal, abandon]))
  run.emit({ type: 'evidence', scenario: label, evidence })
}

/** The machines that a step reached: what could not be connected to is not asked again. */
export function hostsReached({ host, outcome, problem }: StepResult): readonly string[] {
  const isUnreachable = problem !== undefined && ['connection', 'login', 'host-key'].includes(problem.code)
  if (host === undefined || outcome === 'skipped' || isUnreachable) return []
  return host.split(', ').filter((name) => name !== 'local')
}
