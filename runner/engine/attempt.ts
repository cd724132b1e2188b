import type { Cause, Check } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Cuts } from '../judging/incomplete.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Sight } from './seen.ts'

/** What one attempt at a step came to. */
export interface Attempt {
  readonly outcome: 'passed' | 'failed' | 'errored'
  readonly checks: readonly Check[]
  readonly problem?: Problem
  /** The nested step that decided the outcome. */
  readonly cause?: Cause
  readonly result?: Json
  /** What of the result is not whole; absent when all is. */
  readonly cuts?: Cuts
  /** The host or hosts that it acted from. */
  readonly host?: string
  /** It errored because a machine or a service could not be reached, which another attempt may find otherwise. */
  readonly unreachable: boolean
  /** It errored because what it asked gave no answer to a machine that is there. */
  readonly unanswered: boolean
  /** It was cut off by its time limit. */
  readonly timedOut: boolean
  /** What it saw, for the record; absent where it looked nowhere. */
  readonly sights?: readonly Sight[]
  /** In the order of `step.capture`; empty unless it passed. */
  readonly captures: readonly Json[]
}

/** An attempt that errored before anything was found. */
export const nothingFound = {
  outcome: 'errored',
  checks: [],
  captures: [],
  unreachable: false,
  unanswered: false,
  timedOut: false,
} as const
