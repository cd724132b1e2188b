import { createEvaluator } from '../../runner/evaluation/evaluator.ts'
import { runScenarios } from '../../runner/index.ts'
import type { Clock } from '../../runner/time/clock.ts'
import type { RunReport } from '../../runner/report.ts'
import type { Event } from '../../schemas/event.ts'
import type { Scenario, Step } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { buildStep } from './build-scenario.ts'

/** A signal that is never given. */
export const never = new AbortController().signal

/** Evaluates without a deadline. */
export const evaluation = createEvaluator().under(never)

/** A testbed without machines: its scenarios assert, or run commands on this computer. */
export const testbed: Testbed = {
  name: 'none',
  target: 'lab',
  region: 'eu-west-1',
  account: '123456789012',
  hosts: [],
  outputs: { lb: 'x' },
  api: {},
}

/** What makes a step run on this computer. */
export const local = { host: 'local' }

/** Runs scenarios on `testbed`, with what they came to and all that was told. */
export async function run(
  scenarios: readonly Scenario[],
  more: { signal?: AbortSignal; abandon?: AbortSignal; options?: object } = {},
): Promise<{ report: RunReport; events: Event[] }> {
  const events: Event[] = []
  const report = await runScenarios({
    testbed,
    scenarios,
    onEvent: (event) => events.push(event),
    ...more,
    options: { allowLocal: true, ...more.options },
  })
  return { report, events }
}

/** `NAME OUTCOME` of every step of a run. */
export function outcomes({ scenarios }: RunReport): readonly string[] {
  return scenarios.flatMap(({ steps }) => steps.map(({ name, outcome }) => `${name} ${outcome}`))
}

/** A step that passes. */
export function holding(name: string): Step {
  return buildStep('assert', { 'testbed.region': 'eu-west-1' }, { name })
}

/** A step that fails. */
export function failing(name: string, more = {}): Step {
  return buildStep('assert', { 'testbed.region': 'mars-1' }, { name, ...more })
}

/** A clock that moves only when somebody sleeps. */
export function createFakeClock(): Clock {
  let now = 0
  return {
    now: () => now,
    elapsed: () => now,
    async sleep(ms) {
      now += ms
    },
  }
}
