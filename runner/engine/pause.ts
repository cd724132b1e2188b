import type { StepResult } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Step } from '../../schemas/scenario.ts'
import type { Deadline } from '../time/deadline.ts'
import type { Frame, NewEvent } from './frame.ts'
import { isBroken, isCutShort } from './outcome.ts'

/** A step that did not pass, before which its scenario waits for a person. */
export interface PausedStep {
  readonly scenario: string
  readonly step: StepResult
  /** The variables of the scenario, without the testbed; secrets are masked. */
  readonly variables: JsonObject
}

/** What a person decides: `retry` runs the step again, `next` goes on after it, `quit` ends the run as a failure does. */
export type PauseChoice = 'retry' | 'next' | 'quit'

/** Asks a person. Resolves with `quit` when the signal is aborted. */
export type AskPerson = (paused: PausedStep, signal: AbortSignal) => Promise<PauseChoice>

/** The pauses of one scenario. */
export interface Pause {
  /** Asks about a step that did not pass. The time of the scenario stands still meanwhile. */
  ask(step: StepResult, frame: Frame): Promise<PauseChoice>
  /** Whether a person said to go on after it. */
  isPassedOver(step: StepResult): boolean
}

/** No step is asked about yet. @param deadline  that of the scenario */
export function createPause(ask: AskPerson, deadline: Deadline): Pause {
  const passedOver = new WeakSet<StepResult>()
  return {
    async ask(step, { run, scenario, scope, signal }) {
      const { testbed: _testbed, ...variables } = scope.variables
      const goOn = deadline.hold()
      try {
        const shown = run.mask.json({ step, variables } as unknown as Json) as unknown as Pick<PausedStep, 'step' | 'variables'>
        const choice = await ask({ scenario, ...shown }, signal)
        if (choice === 'next') passedOver.add(step)
        return choice
      } finally {
        goOn()
      }
    },
    isPassedOver: (step) => passedOver.has(step),
  }
}

/** Runs a step, and again as often as a person asks for it. */
export async function runWithPauses(step: Step, path: readonly number[], frame: Frame): Promise<StepResult> {
  const { pause, scope } = frame
  const forget = scope.mark()
  let result = await frame.runStep(step, path, frame)
  while (pause !== undefined && isBroken(result) && !isCutShort(result.problem) && frame.interruption() === undefined) {
    if ((await pause.ask(result, frame)) !== 'retry') break
    forget()
    frame.emit({ type: 'step-retried', scenario: frame.scenario, path })
    result = await frame.runStep(step, path, { ...frame, emit: (event) => frame.emit(warn(event, path)) })
  }
  return result
}

/** A step that passes only when a person ran it again does so with a warning. */
function warn(event: NewEvent, path: readonly number[]): NewEvent {
  if (event.type !== 'step-ended' || event.step.path !== path || event.step.outcome !== 'passed') return event
  const warnings = [...(event.step.warnings ?? []), 'it passed when a person ran it again (--pause-on-fail)']
  return { ...event, step: { ...event.step, warnings } }
}
