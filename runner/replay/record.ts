import type { Event, Seen, SeenAttempt, StepResult, TestbedFacts } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { wholeName } from '../report.ts'
import { cover } from '../scope/mask.ts'

/** What the journal of a run kept, for judging it again. */
export interface RunRecord {
  readonly run: string
  /** Undefined of a run whose journal was written before there was a record. */
  readonly testbed: TestbedFacts | undefined
  /** Whether it was allowed to act on this computer. */
  readonly allowLocal: boolean
  /** In the order in which they began. */
  readonly scenarios: readonly ScenarioRecord[]
}

/** What is kept of a scenario, of its last attempt. */
export interface ScenarioRecord {
  /** Its name, with a number behind it when another of the run had the same. */
  readonly label: string
  readonly file: string
  readonly steps: readonly StepRecord[]
}

/** What a step saw, and what it came to then. */
export interface StepRecord {
  readonly name: string
  readonly ended: StepResult
  readonly seen: readonly Seen[]
}

/** The record that is in the events of a run. */
export function readRecord(events: readonly Event[]): RunRecord {
  const [start] = events
  const scenarios = new Map<string, { readonly label: string; readonly file: string; readonly steps: Map<string, StepRecord> }>()
  const waiting = new Map<string, readonly Seen[]>()
  for (const event of events) {
    if (event.type === 'scenario-started') scenarios.set(event.scenario, { label: event.scenario, file: event.file, steps: new Map() })
    if (event.type === 'seen') waiting.set(keyOf(event.scenario, event.path), event.seen)
    if (event.type === 'step-ended') {
      const { scenario, step } = event
      const key = keyOf(scenario, step.path)
      scenarios.get(scenario)?.steps.set(key, { name: wholeName(step), ended: step, seen: waiting.get(key) ?? [] })
      waiting.delete(key)
    }
  }
  return {
    run: start?.run ?? '',
    testbed: start?.type === 'run-started' ? start.facts : undefined,
    allowLocal: start?.type === 'run-started' && start.allowLocal === true,
    scenarios: [...scenarios.values()].map(({ label, file, steps }) => ({ label, file, steps: [...steps.values()] })),
  }
}

/** What an attempt found; undefined where it could not tell. */
export function foundBy(attempt: SeenAttempt, { ended }: StepRecord): Json | undefined {
  return attempt.found ?? (attempt.problem === undefined ? ended.result : undefined)
}

/** Which keys of what was found hold something that was masked: what stood there is not known. */
export function maskedKeys(found: Json): readonly string[] {
  if (!isObject(found)) return []
  return Object.entries(found).flatMap(([key, value]) => (isMasked(value) || key.includes(cover) ? [key] : []))
}

function isMasked(value: Json): boolean {
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string' && next.includes(cover)) return true
    if (next === null || typeof next !== 'object') continue
    if (!Array.isArray(next) && Object.keys(next).some((key) => key.includes(cover))) return true
    open.push(...(Object.values(next) as readonly Json[]))
  }
  return false
}

function keyOf(scenario: string, path: readonly number[]): string {
  return JSON.stringify([scenario, path])
}
