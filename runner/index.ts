import { randomBytes } from 'node:crypto'
import type { Event } from '../schemas/event.ts'
import type { Scenario } from '../schemas/scenario.ts'
import type { Testbed } from '../schemas/testbed.ts'
import { systemClock } from './time/clock.ts'
import { createEvaluator } from './evaluation/evaluator.ts'
import { createHops } from './hops/hops.ts'
import type { Hops } from './hops/hops.ts'
import type { RunReport } from './report.ts'
import { runAll } from './engine/run-all.ts'
import type { RunOptions } from './engine/run-all.ts'

/** What a run needs. */
export interface Run {
  readonly testbed: Testbed
  readonly scenarios: readonly Scenario[]
  readonly options?: Partial<RunOptions>
  /** Called in order, as things happen; secrets are masked already. Must not throw. */
  readonly onEvent: (event: Event) => void
  /** The connections to use; whoever gives them closes them. Without them they are of this run alone. */
  readonly hops?: Hops
  /** The first interruption: `always` steps still run. */
  readonly signal?: AbortSignal
  /** The second one: nothing runs any more. */
  readonly abandon?: AbortSignal
}

/** Runs scenarios against a testbed over SSH and tells what they came to. Every connection of its own is closed when it returns.
 *  Throws for defects alone: what can go wrong on the way is in the report. */
export async function runScenarios({ testbed, scenarios, options = {}, onEvent, hops: kept, signal, abandon }: Run): Promise<RunReport> {
  const hops = kept ?? createHops(testbed)
  const evaluator = createEvaluator()
  const never = new AbortController().signal
  try {
    return await runAll(
      scenarios,
      { testbed, hops, clock: systemClock, evaluator },
      { run: createRunId(), parallel: 1, bail: false, retry: 0, failOnFlaky: false, allowLocal: false, secrets: {}, ...options },
      { signal: signal ?? never, abandon: abandon ?? never },
      onEvent,
    )
  } finally {
    await Promise.all([kept === undefined ? hops.close() : undefined, evaluator.close()])
  }
}

/** A name for a run that sorts by time, to the millisecond: `20261122-160530-1243fa9`. */
export function createRunId(): string {
  const [date = '', time = ''] = new Date().toISOString().split('T')
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${time.slice(9, 12)}${randomBytes(2).toString('hex')}`
}
