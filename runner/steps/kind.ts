import type { Check } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/problem.ts'
import type { StepShape } from '../../schemas/scenario.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Fence } from '../../system/fence.ts'
import type { Clock } from '../time/clock.ts'
import type { Cut } from '../cut.ts'
import type { Machine } from '../hops/machine.ts'

/** A kind of step: one file that implements this, and one line in `index.ts`. */
export interface StepKind extends StepShape {
  /** A step of this kind as it stands in a file, in YAML; the reference shows it, and a test loads it. */
  readonly example: string
  /** Brings evaluated parameters into the form that `schema` asks for, where an expression may give another (a number as a word). */
  readonly normalize?: (params: Json) => Json
  /** Milliseconds that an attempt may wait for something to settle, besides the time limit of the step, which is for looking at it. */
  readonly settleMs?: (params: Json) => number
  /** It looks at nothing outside of the run, or lets other steps do that: where a run is judged again, it is done anew. */
  readonly looksNowhere?: true
  /** What of its parameters decides what is done, where they hold claims, too; without it all of them do. Pure. */
  readonly asks?: (params: Json) => Json
  /** The paths of the files on this computer that go into what it does. Pure. */
  readonly carries?: (params: Json) => readonly string[]
  /**
   * Does what the step says, once.
   *
   * @param params  valid under `schema`, expressions evaluated
   * @returns       what `expect` and `capture` see, unless `judge` makes that of it
   * @throws StepError, ConnectionError when the claim could not be tested
   */
  run(context: StepContext, params: Json): Promise<Json>
  /**
   * Judges what was found by the claims in the parameters: with the run, and again whenever its record is.
   *
   * @returns what `expect` and `capture` see
   * @throws StepError when a claim could not be tested
   */
  judge?(context: JudgeContext, params: Json, found: Json): Promise<Json>
}

/** What a step kind may use that judges by itself. */
export type JudgeContext = Pick<StepContext, 'check' | 'clock' | 'timeoutMs' | 'signal'>

/** How something that a scenario broke is healed. */
export interface Cure {
  /** For a person: `start gateway`. */
  readonly name: string
  /** @throws StepError, ConnectionError when it could not be healed */
  heal(signal: AbortSignal): Promise<void>
}

/** What a step kind may use. */
export interface StepContext {
  readonly testbed: Testbed
  /** Where the step acts from. @throws StepError when the step has no `host:` */
  readonly machine: Machine
  /** The machines that an origin means, where a step acts from: `bastion`, `agents.all`, a private address, `{ agent, container }`. @throws StepError */
  machinesAt(origin: Json): readonly Machine[]
  /** The environment that the step gives to commands. */
  readonly env: Readonly<Record<string, string>>
  /** The most that is kept of each text of the result, in bytes. */
  readonly maxOutputBytes: number
  /** Where texts of the result are to be saved whole: paths by their keys. */
  readonly save: Readonly<Record<string, string>>
  /** The variables of the scenario. */
  readonly variables: JsonObject
  /** Where relative paths are looked up, nearest first. */
  readonly folders: readonly string[]
  /** Where the files lie that a scenario may name. */
  readonly fence: Fence
  readonly place: Place
  readonly clock: Clock
  /** Milliseconds that this attempt has left. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Says that a text of the result is not whole: what is expected of it is judged by what is there, or not at all. */
  cut(key: string, cut: Cut): void
  /** Says that a key of the result is null because it could not be made, and why: nothing inside of it is as expected. */
  absent(key: string, reason: string): void
  /** Adds an assertion that the kind makes by itself. */
  check(check: Omit<Check, 'place'>): void
  /** Adds the assertions that an expression over the variables makes. @throws StepError when the expression is at fault */
  expectVariable(expression: string, expected: Json): Promise<void>
  /**
   * Says, before it is done, that something of the testbed is broken, and how it is healed after `always`.
   * @param key  names what is broken: breaking it again replaces the cure, which `healed` takes back
   */
  broken(key: string, cure: Cure): void
  healed(key: string): void
  /** Says what is waited for, within one attempt. */
  progress(attempt: number, elapsedMs: number, last: string): void
  /** Runs the file of a `use:` step in a scope of its own. @returns its outputs @throws StepError when a step of it did not pass */
  useFile(inputs: JsonObject): Promise<JsonObject>
  /** Runs the steps of a `group:` at the same time. @returns their results, in order @throws StepError when one did not pass */
  runGroup(): Promise<readonly Json[]>
}
