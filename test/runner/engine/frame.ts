import { createFaults } from '../../../runner/engine/faults.ts'
import { runStep } from '../../../runner/engine/run-step.ts'
import type { Frame, NewEvent } from '../../../runner/engine/frame.ts'
import { createEvaluator } from '../../../runner/evaluation/evaluator.ts'
import { createHops } from '../../../runner/hops/hops.ts'
import { createMask } from '../../../runner/scope/mask.ts'
import { createScope } from '../../../runner/scope/scope.ts'
import type { StepResult } from '../../../schemas/event.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { Step } from '../../../schemas/scenario.ts'
import { createFakeClock, never, testbed } from '../local-run.ts'

/** A frame as a scenario makes it, on a testbed without machines, that keeps the events. */
export function recordFrame(more: Partial<Frame> = {}, variables: JsonObject = {}): { readonly frame: Frame; readonly events: NewEvent[] } {
  const events: NewEvent[] = []
  const mask = createMask()
  const emit = (event: NewEvent) => void events.push(event)
  const frame: Frame = {
    run: {
      testbed,
      hops: createHops(testbed),
      clock: createFakeClock(),
      evaluator: createEvaluator(),
      mask,
      allowLocal: false,
      secrets: {},
      emit,
    },
    scenario: 'test',
    within: [],
    maxOutputBytes: 1 << 20,
    scope: createScope({ testbed: { name: testbed.name }, ...variables }, mask),
    env: {},
    folders: ['scenarios'],
    fence: { folders: ['/scenarios'], open: false },
    cleaning: false,
    signal: never,
    interruption: () => undefined,
    emit,
    faults: createFaults(),
    running: () => undefined,
    runStep,
    ...more,
  }
  return { frame, events }
}

/** A way to run steps that gives each the outcome that its name says, and keeps what was run. */
export function scriptedSteps(ran: string[]): Frame['runStep'] {
  return async (step, path) => {
    ran.push(`${step.name} at ${path.join('.')}`)
    const [outcome = 'passed', code] = step.name.split(' ')
    return resultOf(step, path, outcome as StepResult['outcome'], code as Problem['code'] | undefined)
  }
}

function resultOf(step: Step, path: readonly number[], outcome: StepResult['outcome'], code?: Problem['code']): StepResult {
  const { name, kind, place, soft } = step
  const base = { path, name, kind, place, outcome, soft, durationMs: 0, attempts: 1, checks: [] }
  return code === undefined ? base : { ...base, problem: { code, severity: 'error', place, message: `because of ${code}` } }
}
