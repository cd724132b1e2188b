import type { Event, StepResult } from '../../schemas/event.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Scenario, Step } from '../../schemas/scenario.ts'
import type { Fence } from '../../system/fence.ts'
import type { Ground } from '../hosts/origins.ts'
import type { Clock } from '../time/clock.ts'
import type { Findings } from '../judging/expectations.ts'
import type { KeepAnswer } from '../collect/answers.ts'
import type { Source } from '../collect/source.ts'
import type { Evaluator } from '../evaluation/evaluator.ts'
import type { Playback } from '../replay/playback.ts'
import type { Mask } from '../scope/mask.ts'
import type { Faults } from './faults.ts'
import type { KeptScenario, Resumed } from './kept-scope.ts'
import type { Interruption } from './outcome.ts'
import type { AskPerson, Pause } from './pause.ts'
import type { Scope } from '../scope/scope.ts'
import type { AskShortage } from './short-of-machines.ts'

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** An event before it is stamped with run and time, and masked. */
export type NewEvent = Without<Event, 'at' | 'run'>

/** What is the same for a whole run. */
export interface RunContext extends Ground {
  readonly clock: Clock
  readonly mask: Mask
  readonly evaluator: Evaluator
  /** The values of the secrets that scenarios take from this computer's environment, by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** Asks machines what they know of a scenario, and which were asked about; undefined: they are not asked. */
  readonly collect?: {
    readonly always: boolean
    readonly keep: KeepAnswer
    readonly asked: Set<string>
    /** What else is asked of a scenario, beside machines and account. */
    readonly besides?: (scenario: Scenario) => readonly Source[]
  }
  /** Gets what is left of a scenario that does not pass, which is not cleared away then; undefined: everything is cleared away. */
  readonly keep?: (kept: KeptScenario) => void
  /** What the scenarios gave that the one at work needs, by the names that it reads them by. */
  readonly needed?: JsonObject
  /** What scenarios had captured when they were kept, by name. */
  readonly resumed?: Readonly<Record<string, Resumed>>
  /** How long a step of a scenario usually takes at most until it holds, by its whole name; undefined while too little is known. */
  readonly usualMs?: (scenario: string, step: string) => number | undefined
  /** Says, for a scenario that failed, whether the cloud had no machine to give since it began; undefined: there is no cloud to ask. */
  readonly shortage?: AskShortage
  /** The folder of the project: scenarios may name files in it, besides those in their own. */
  readonly project?: string
  /** Asks a person what to do after a step that did not pass; undefined: nobody is there. */
  readonly pause?: AskPerson
  /** What a run saw, in place of machines: nothing is reached then. */
  readonly playback?: Playback
  emit(event: NewEvent): void
}

/** What a step found, as far as the steps around it look at it. */
export type Found = Pick<Findings, 'result' | 'cuts'>

/** What is the same for the steps of one list: a scenario's, a step file's, a group's. */
export interface Frame {
  readonly run: RunContext
  /** The scenario's name, as events carry it. */
  readonly scenario: string
  /** The names of the steps around this list, the outermost first. */
  readonly within: readonly string[]
  readonly scope: Scope
  readonly env: Readonly<Record<string, string>>
  /** The most that a step keeps of each text of its result, where it says nothing else. */
  readonly maxOutputBytes: number
  /** Folders for relative paths: that of the file the step stands in, then that of the scenario. */
  readonly folders: readonly string[]
  /** Where the files lie that the scenario may name. */
  readonly fence: Fence
  /** In `always`: a step that needs what was never captured has nothing to clean up, and is skipped. */
  readonly cleaning: boolean
  readonly signal: AbortSignal
  /** Why the signal was aborted; undefined when it was not. */
  interruption(): Interruption | undefined
  emit(event: NewEvent): void
  /** What the scenario has broken so far. */
  readonly faults: Faults
  /** The name of the step that runs now, the innermost that is told of; undefined between two. */
  running(): string | undefined
  /** Asks a person about a step of this list that did not pass; undefined where nobody is to be asked. */
  readonly pause?: Pause | undefined
  /** Gets what a step of this list found, before it is masked and cut for the report. */
  readonly found?: ((path: readonly number[], finding: Found) => void) | undefined
  /** Runs a step of this or a nested list. Handed down, because steps nest. */
  readonly runStep: (step: Step, path: readonly number[], frame: Frame) => Promise<StepResult>
}

/** What the events of a step say of where it stands; nothing at the top. */
function around({ within }: Pick<Frame, 'within'>): Pick<StepResult, 'within'> {
  return within.length === 0 ? {} : { within }
}

/** What is told of a step, whatever became of it. */
export function headOf(
  step: Step,
  path: readonly number[],
  frame: Pick<Frame, 'within'>,
): Pick<StepResult, 'path' | 'name' | 'within' | 'kind' | 'place'> {
  return { path, name: step.name, ...around(frame), kind: step.kind, place: step.place }
}

/** What events say of where a step acts from, as far as the file tells it. */
export function hostOf(step: Step): { readonly host?: string } {
  return step.host?.type === 'literal' && typeof step.host.value === 'string' ? { host: step.host.value } : {}
}
