import type { Evidence, HostSketch, Outcome, Polls } from '../../../schemas/event.ts'
import type { Graph } from '../../../schemas/graph.ts'
import type { Figures } from '../../history/figures.ts'
import type { RunReport, Standing } from '../../report.ts'

/** What the page of a run shows: all of it text, numbers and lists, so that it stands in the page as JSON. Times in milliseconds; `startMs` of
 *  scenarios and steps counts from the start of the run. Values that were looked at are texts here: no digit of a number gets lost. */
export interface PageData extends Omit<RunReport, 'flaky' | 'scenarios'> {
  readonly flaky: number
  readonly steps: Readonly<Record<Standing, number>>
  readonly hosts: readonly HostSketch[]
  /** What the picture of the testbed is drawn from; absent where it is not known. */
  readonly graph?: Graph
  /** The cells of the matrix that the runs were of which the page joins; empty for one run. */
  readonly cells: readonly string[]
  /** Places name their file by its number in this list. */
  readonly files: readonly string[]
  /** The lines around a place that something is told of, by `file:line`. */
  readonly excerpts: Readonly<Record<string, Excerpt>>
  /** The line to type for running again what did not pass; empty when there is nothing. */
  readonly again: string
  readonly scenarios: readonly PageScenario[]
  /** What machines tell of the time of the run; of a lot that which is nearest to what failed first. */
  readonly moments: readonly PageMoment[]
  /** What was left out so that the page stays small. */
  readonly leftOut: number
}

/** What machines tell, and who looks after them; the rest of a timeline has its place in the page already. */
export const machineKinds = ['journal', 'console', 'container', 'task', 'aws'] as const

/** What a machine tells of a moment. */
export interface PageMoment {
  /** Since the start of the run. */
  readonly startMs: number
  readonly kind: (typeof machineKinds)[number]
  readonly host: string
  readonly text: string
}

/** Number of the file, line, column, length. */
export type PagePlace = readonly [file: number, line: number, column: number, length: number]

/** Lines of a file, the first with its number. */
export interface Excerpt {
  readonly first: number
  readonly lines: readonly string[]
}

/** A scenario of the page. */
export interface PageScenario {
  /** Stands in addresses. */
  readonly id: string
  readonly name: string
  readonly file: number
  readonly cell?: string
  readonly outcome: Outcome
  readonly startMs: number
  readonly durationMs: number
  readonly description?: string
  readonly owner?: string
  readonly flaky?: string
  readonly knownFailure?: string
  /** What it gave to those that need it, a line for each. */
  readonly outputs?: readonly string[]
  readonly problem?: PageProblem
  readonly past?: PagePast
  readonly evidence?: Evidence
  readonly steps: readonly PageStep[]
}

/** What past runs of a scenario came to, this one among them. */
export interface PagePast {
  readonly runs: number
  readonly passed: number
  readonly flaky: number
  readonly durations?: Figures
}

/** Why something errored or was skipped. */
export interface PageProblem {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly place?: PagePlace
}

/** A step, or an invariant. What is as usual is left out: one attempt, nothing to warn of. */
export interface PageStep {
  readonly path: readonly number[]
  readonly name: string
  readonly kind: string
  readonly host?: string
  readonly place: PagePlace
  readonly standing: Standing
  readonly startMs: number
  readonly durationMs: number
  readonly attempts?: number
  readonly checks?: readonly PageCheck[]
  readonly warnings?: readonly string[]
  readonly knownFailure?: string
  readonly problem?: PageProblem
  /** The path of the step inside that decided. */
  readonly cause?: readonly number[]
  readonly result?: readonly PagePart[]
  readonly grid?: PageGrid
  readonly polls?: readonly PagePoll[]
  /** How long it took in past runs until it held. */
  readonly past?: Figures
  readonly invariant?: Polls
}

/** An assertion; of one that held only what was expected is told. */
export interface PageCheck {
  readonly subject: string
  readonly host?: string
  readonly implied?: true
  readonly expected: string
  /** Absent when it held. */
  readonly failed?: { readonly actual: string; readonly explanation: string; readonly place: PagePlace }
}

/** A part of what came back: its name, its text, and how many characters were left out of it. */
export interface PagePart {
  readonly name: string
  readonly text: string
  readonly cut?: number
}

/** A table of verdicts. */
export interface PageGrid {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly PageCell[] }[]
}

/** A cell: what was found, and what was expected where that is something else. */
export interface PageCell {
  readonly text: string
  readonly verdict: 'held' | 'wrong' | 'untested'
  readonly expected?: string
}

/** Attempts of an `until` one after the other that saw the same. */
export interface PagePoll {
  readonly first: number
  readonly last: number
  /** When the first and the last of them ended, since the step began. */
  readonly fromMs: number
  readonly toMs: number
  readonly seen: string
}
