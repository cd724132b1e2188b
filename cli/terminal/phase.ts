import { countOf } from '../../system/count-of.ts'
import { renderDuration } from '../../runner/time/render-duration.ts'

/** A phase of long work as it stands. Times are milliseconds of one monotonic clock. */
export interface Phase {
  readonly name: string
  readonly since: number
  /** How many parts there will be, where that is known before they begin. */
  readonly total?: number | undefined
  /** What was done one after the other, the last of them now. */
  readonly steps: readonly Part[]
  /** What is done beside each other, such as machines that boot. */
  readonly parts: ReadonlyMap<string, Part>
}

/** A part of a phase: a machine, a resource, a step. */
export interface Part {
  readonly name: string
  readonly began: number
  /** How it stands, and since when. */
  readonly state: string
  readonly since: number
  /** Set once it takes no more time. */
  readonly endedAt?: number
  /** An ended part that is worth no line any more. */
  readonly isGone?: boolean
}

/** How long a phase took, and what in it took long. Milliseconds. */
export interface PhaseTime {
  readonly name: string
  readonly ms: number
  readonly failed: boolean
  /** In the order that they began. */
  readonly parts: readonly { readonly name: string; readonly ms: number }[]
}

/** How many parts of a phase the table names. */
const namedParts = 5

/** What is told of a part. `gone` counts as done and is shown no longer. */
export type PartStanding = 'working' | 'done' | 'gone'

/** The phase with a part that stands otherwise now. */
export function withPart(phase: Phase, name: string, state: string, standing: PartStanding, now: number): Phase {
  const before = phase.parts.get(name)
  const part: Part = {
    name,
    began: before?.began ?? now,
    state,
    since: before?.state === state ? before.since : now,
    ...(standing === 'working' ? {} : { endedAt: now }),
    ...(standing === 'gone' ? { isGone: true } : {}),
  }
  return { ...phase, parts: new Map([...phase.parts, [name, part]]) }
}

/** The phase with another step, which ends the one before. */
export function withStep(phase: Phase, name: string, now: number): Phase {
  return { ...phase, steps: [...endLast(phase.steps, now), { name, began: now, state: name, since: now }] }
}

/** A line of the phase with its age, and one of its step or of each of its parts with theirs. */
export function boardLines({ name, since, total, steps, parts }: Phase, now: number): readonly string[] {
  const all = [...parts.values()]
  const done = all.filter(({ endedAt }) => endedAt !== undefined).length
  const known = Math.max(total ?? 0, all.length)
  const step = steps.at(-1)
  const counted = known === 0 ? '' : `, ${done} of ${known} done`
  return [
    `${name}: ${renderAge(now - since)}${counted}`,
    ...(step === undefined ? [] : [`  ${step.name}, ${renderAge(now - step.since)}`]),
    ...all.filter(({ isGone }) => isGone !== true).map((part) => `  ${partLine(part, now)}`),
  ]
}

/** The same as one line, for where lines cannot be replaced: what is not done. */
export function stillLine(phase: Phase, now: number): string {
  const open = [...phase.parts.values()].filter(({ endedAt }) => endedAt === undefined).map((part) => partLine(part, now))
  const [first = 'at work'] = [...open, ...phase.steps.slice(-1).map(({ name }) => name)]
  const more = open.length > 1 ? ` and ${countOf(open.length - 1, 'other')}` : ''
  return `${phase.name}: still at it after ${renderAge(now - phase.since)}: ${first}${more}`
}

/** How a part stands: `gateway booting, 31 s`, `bastion ready after 4 s`. */
function partLine({ name, state, began, since, endedAt }: Part, now: number): string {
  return endedAt === undefined ? `${name} ${state}, ${renderAge(now - since)}` : `${name} ${state} after ${renderAge(endedAt - began)}`
}

/** How long a phase took that has ended now. */
export function timeOf({ name, since, steps, parts }: Phase, failed: boolean, now: number): PhaseTime {
  const timed = [...endLast(steps, now), ...parts.values()].map((part) => ({ ...part, ms: (part.endedAt ?? now) - part.began }))
  const longest = timed.filter(({ ms }) => ms >= 1000).toSorted((a, b) => b.ms - a.ms)
  const named = longest.slice(0, namedParts).toSorted((a, b) => a.began - b.began)
  return { name, ms: now - since, failed, parts: named.map((part) => ({ name: part.name, ms: part.ms })) }
}

/** A table of phases and seconds, what took long in each below it, and the sum. */
export function timeTable(times: readonly PhaseTime[]): readonly string[] {
  const rows = times.flatMap(({ name, ms, failed, parts }) => [
    { label: failed ? `${name} (failed)` : name, ms },
    ...parts.map((part) => ({ label: `  ${part.name}`, ms: part.ms })),
  ])
  const sum = { label: 'sum', ms: times.reduce((total, { ms }) => total + ms, 0) }
  const all = [...rows, sum].map(({ label, ms }) => [label, (ms / 1000).toFixed(1)] as const)
  const [left, right] = [0, 1].map((column) => Math.max('phase'.length, ...all.map((row) => row[column]?.length ?? 0)))
  return [['phase', 'seconds'] as const, ...all].map(
    ([label, seconds]) => `${label.padEnd(left ?? 0)}  ${seconds.padStart(Math.max(right ?? 0, 'seconds'.length))}`,
  )
}

function endLast(steps: readonly Part[], now: number): readonly Part[] {
  const last = steps.at(-1)
  return last === undefined ? [] : [...steps.slice(0, -1), { ...last, endedAt: now }]
}

function renderAge(ms: number): string {
  return ms < 60_000 ? `${Math.floor(ms / 1000)} s` : renderDuration(ms)
}
