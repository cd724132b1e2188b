import type { Json } from './json.ts'
import type { Place } from './problem.ts'

/** A project file, validated: what commands and scenarios take where they say nothing else. */
export interface Project {
  readonly file: string
  /** The name of the testbed to act on. */
  readonly testbed?: string
  /** Scenarios are selected by these. */
  readonly tags?: readonly string[]
  /** How runs are reported, as `--reporter` takes it. */
  readonly reporters?: readonly { readonly text: string; readonly place: Place }[]
  /** How many scenarios run at the same time. */
  readonly parallel?: number
  readonly bail?: boolean
  /** Variables of every scenario that gives the name no other meaning. */
  readonly vars: readonly { readonly name: string; readonly value: Json; readonly place: Place }[]
  readonly defaults: Defaults
}

/** What scenarios take where they say nothing else. */
export interface Defaults {
  /** Milliseconds of setup and steps of a scenario together. */
  readonly scenarioMs?: number
  /** Milliseconds of one attempt at a step. */
  readonly stepMs?: number
  /** The most that steps keep of a text, in bytes. */
  readonly maxOutputBytes?: number
}
