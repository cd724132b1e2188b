import type { Graph } from './graph.ts'
import type { Json } from './json.ts'
import type { Place, Problem } from './problem.ts'
import type { Host, Testbed } from './testbed.ts'

/** How a step, a scenario or a run ended. `failed`: a claim is false. `errored`: a claim could not be tested.
 *  When outcomes combine, errored beats failed beats passed beats skipped. */
export type Outcome = 'passed' | 'failed' | 'errored' | 'skipped'

/** One assertion that was evaluated. `implied` ones were not written in the file (`exit: 0`, `status: 2xx`). */
export interface Check {
  readonly subject: string
  /** The host that it was made on, of a step that acts from several. */
  readonly host?: string
  readonly passed: boolean
  readonly implied: boolean
  readonly expected: Json
  readonly actual: Json
  /** For a person: why it does not hold, with a diff where that helps. Empty when it passed. */
  readonly explanation: string
  readonly place: Place
}

/** A step inside of another one, by its path and its own name. */
export interface Cause {
  readonly path: readonly number[]
  readonly name: string
}

/** A time in which an invariant did not hold: polls one after the other that did not see it hold. */
export interface Gap {
  /** When its first poll began and its last one ended, in milliseconds since the epoch. */
  readonly firstAt: number
  readonly lastAt: number
  /** From the one to the other, by a clock that nobody sets. */
  readonly ms: number
  readonly polls: number
  /** `untested`: no poll of it could tell whether the claim holds. */
  readonly verdict: 'false' | 'untested'
  /** What its first poll saw that found the claim false, or else why its first poll could not tell. */
  readonly seen: string
  /** The step during which it began; absent between two steps. */
  readonly during?: string
}

/** What the polls of an invariant came to, all in milliseconds. */
export interface Polls {
  readonly everyMs: number
  readonly tolerateMs: number
  readonly polls: number
  /** Polls that saw the claim hold, and those that could not tell. */
  readonly held: number
  readonly untested: number
  /** The part of all polls that saw it hold, from 0 to 1. */
  readonly share: number
  readonly longestGapMs: number
  /** The first ones, and the longest. */
  readonly gaps: readonly Gap[]
}

/** One attempt at a step that is tried until it holds. */
export interface Tried {
  /** Its number; the first is 1. */
  readonly attempt: number
  /** When it ended, in milliseconds from the beginning of the first. */
  readonly elapsedMs: number
  readonly outcome: 'passed' | 'failed' | 'errored'
  /** One line: what did not hold; empty when it held. */
  readonly seen: string
}

/** What a run came to as a whole. */
export interface RunTotals {
  readonly outcome: Outcome
  readonly durationMs: number
  readonly interrupted: boolean
  /** Scenarios by their outcome; those that passed on a retry are not among the passed. */
  readonly counts: Readonly<Record<Outcome, number>>
  /** Those that passed on a retry; absent when there is none. */
  readonly flaky?: number
  readonly assertions: number
  /** Those of scenarios that were skipped as a whole, as many as their files write; absent when there is none. */
  readonly unasserted?: number
  /** Where several runs are told as one: which parts of it are not there, a sentence each; absent when it is whole. */
  readonly missing?: readonly string[]
}

/** Which step it is, and where it acts. */
export interface StepHead {
  readonly path: readonly number[]
  readonly name: string
  /** The names of the steps around it, the outermost first; absent at the top. */
  readonly within?: readonly string[]
  readonly kind: string
  readonly host?: string
  readonly place: Place
}

/** What a step came to. Durations are in milliseconds. */
export interface StepResult extends StepHead {
  readonly outcome: Outcome
  /** True when a failure of this step does not fail the scenario. */
  readonly soft: boolean
  readonly durationMs: number
  readonly attempts: number
  /** Of a step with `until`: how long it may take until it holds. */
  readonly withinMs?: number
  /** Of a step that was tried more than once: its first attempts and its last; what is missing between them is told by their numbers. */
  readonly history?: readonly Tried[]
  readonly checks: readonly Check[]
  /** Of an invariant, which is told as a step: what its polls came to, `attempts` of them. */
  readonly invariant?: Polls
  /** What is to be known of a step although it passed, such as that it held only late; absent when there is nothing. */
  readonly warnings?: readonly string[]
  /** Why a scenario that it fails is known to fail. */
  readonly knownFailure?: string
  /** Why it errored or was skipped; `hint` says what to do. */
  readonly problem?: Problem
  /** The step inside of it that decided its outcome: what is to say of that is said there. */
  readonly cause?: Cause
  /** What the step kind returned, secrets masked: shown when the step did not pass. */
  readonly result?: Json
}

/** What a step saw on one host, or without one: enough to judge it again without the machine. Secrets are masked. */
export interface Seen {
  readonly host?: string
  /** A digest of each thing that decided what was done: the command or request, its environment, its files. */
  readonly asked: Readonly<Record<string, string>>
  /** In their order. Of many only some are kept; the last one always is. */
  readonly attempts: readonly SeenAttempt[]
}

/** What one attempt saw. */
export interface SeenAttempt {
  /** Its number; the first is 1. */
  readonly attempt: number
  /** How many attempts after it saw the same, but for how long it took. */
  readonly alike?: number
  /** When it, or the last one that saw the same, ended, in milliseconds from the beginning of the first. */
  readonly elapsedMs: number
  /** What the kind of the step found; absent where that is the result of the step, as its end tells it, and where nothing was found. */
  readonly found?: Json
  /** Which of its keys are not whole. */
  readonly cuts?: Readonly<Record<string, { readonly reason: string; readonly parts: readonly string[] }>>
  /** Which of its keys hold null because there was nothing to hold, and why. */
  readonly absent?: Readonly<Record<string, string>>
  /** Why it could not tell. `unanswered`: the machine is there, and what it asked gave no answer. */
  readonly problem?: Pick<Problem, 'code' | 'message' | 'hint'> & { readonly unanswered?: true }
}

/** What expressions and steps may know of a testbed, without the ways there and credentials. */
export type TestbedFacts = Pick<Testbed, 'name' | 'target' | 'region' | 'account' | 'outputs' | 'capabilities'> & {
  readonly hosts: readonly Omit<Host, 'route'>[]
}

/** A machine of the testbed, for a picture of it. */
export interface HostSketch {
  readonly name: string
  readonly address: string
  readonly group?: string
  /** The machine that is the last one on the way there; absent when it is reached from this computer. */
  readonly via?: string
}

/** What machines told when a scenario had failed. */
export interface Evidence {
  /** How long they were asked, in milliseconds, and how much is kept of their answers, in bytes. */
  readonly ms: number
  readonly bytes: number
  readonly files: readonly EvidenceFile[]
  /** What could not be had, a sentence each. */
  readonly missing: readonly string[]
  /** By how much the clocks of machines were ahead of that of this computer, in milliseconds. */
  readonly skews?: Readonly<Record<string, number>>
}

/** An answer of a machine. */
export interface EvidenceFile {
  readonly host: string
  readonly name: string
  /** Where it is kept whole, for its owner alone. */
  readonly path: string
  readonly bytes: number
  /** Its end. */
  readonly tail: string
}

/** One thing that happened in a run: typed, serialisable, secrets already masked. `at` is milliseconds since the epoch. */
export type Event = { readonly at: number; readonly run: string } & (
  | {
      readonly type: 'run-started'
      readonly testbed: string
      readonly target: string
      readonly scenarios: readonly string[]
      /** Which part of how many it is: `2/4`; absent when it is whole. */
      readonly shard?: string
      /** The cell of the matrix that the testbed is of; absent when it is of none. */
      readonly cell?: string
      /** The machines of the testbed when the run began. */
      readonly hosts?: readonly HostSketch[]
      /** The same with networks and who may reach whom, for a picture; absent where that is not known. */
      readonly graph?: Graph
      /** The testbed as its scenarios saw it, for judging them again. */
      readonly facts?: TestbedFacts
      /** Set where it was allowed to act on this computer, as whoever runs it again has to allow it. */
      readonly allowLocal?: true
    }
  /** What a person should know of the testbed and no step says, such as that a machine prints something at each log-in. */
  | { readonly type: 'note'; readonly message: string }
  | {
      readonly type: 'scenario-started'
      readonly scenario: string
      readonly file: string
      readonly steps: number
      readonly description?: string
      readonly owner?: string
      /** Where several runs are told as one: the cell of the matrix that this one's was of. */
      readonly cell?: string
    }
  | ({ readonly type: 'step-started'; readonly scenario: string } & StepHead)
  | {
      readonly type: 'poll'
      readonly scenario: string
      readonly path: readonly number[]
      readonly attempt: number
      readonly elapsedMs: number
      readonly last: string
    }
  /** What the attempts at a step saw; its end follows. Of an invariant, by which claim it was polled. */
  | { readonly type: 'seen'; readonly scenario: string; readonly path: readonly number[]; readonly seen: readonly Seen[] }
  | { readonly type: 'step-ended'; readonly scenario: string; readonly step: StepResult }
  /** A person runs a step again: what was told of it, and of the steps inside of it, no longer counts. */
  | { readonly type: 'step-retried'; readonly scenario: string; readonly path: readonly number[] }
  | { readonly type: 'evidence'; readonly scenario: string; readonly evidence: Evidence }
  | {
      readonly type: 'scenario-ended'
      readonly scenario: string
      readonly file: string
      readonly outcome: Outcome
      readonly durationMs: number
      readonly problem?: Problem
      /** It did not pass and is run again: another `scenario-started` of the same name follows, and counts in place of this. */
      readonly retried?: true
      /** It passed on a retry: on which attempt, and what those before came to. */
      readonly flaky?: string
      /** It failed, as is known, and counts as passed: why. */
      readonly knownFailure?: string
      /** What it gives to those that need it, by name; absent where it gives nothing, or did not pass. */
      readonly outputs?: Readonly<Record<string, Json>>
    }
  | ({ readonly type: 'run-ended' } & RunTotals)
)
