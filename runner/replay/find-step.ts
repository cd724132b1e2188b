import type { Seen } from '../../schemas/event.ts'
import { countOf } from '../../system/count-of.ts'
import { listNames } from '../../system/list-names.ts'
import type { StepRecord } from './record.ts'

/** What is looked for in the record of a scenario. */
export interface Wanted {
  /** The whole name of the step. */
  readonly name: string
  readonly path: readonly number[]
  readonly kind: string
  /** Whether every step before it stood where it stood in the run. */
  readonly isInPlace: boolean
}

/** A step of the record that may be the one. */
export type FoundStep = { readonly record: StepRecord } | { readonly missing: string }

/** The step of a record that a step is by its name and kind; of several the one at its place, where that means something. */
export function findStep(steps: readonly StepRecord[], { name, path, kind, isInPlace }: Wanted): FoundStep {
  const named = steps.filter((step) => step.name === name && step.ended.kind === kind)
  const [only, another] = named
  if (only === undefined) return { missing: `the run had no ${kind} step of this name` }
  if (another === undefined) return { record: only }
  const there = isInPlace ? named.find(({ ended }) => samePath(ended.path, path)) : undefined
  return there === undefined
    ? { missing: `the run had ${countOf(named.length, 'step')} of this name, and it cannot be told which one it is` }
    : { record: there }
}

/**
 * What a step saw on a host that asks for just this, by its name or else under another one that no other step bears.
 *
 * @param asked  as `askedBy` gives it
 */
export function findSeen(
  steps: readonly StepRecord[],
  wanted: Wanted,
  host: string | undefined,
  asked: Seen['asked'],
): { readonly record: StepRecord; readonly seen: Seen } | { readonly missing: string } {
  const onHost = (record: StepRecord) => record.seen.find((seen) => seen.host === host)
  const asksThis = steps.filter((step) => step.ended.kind === wanted.kind && sameAsked(onHost(step)?.asked, asked))
  const named = asksThis.filter(({ name }) => name === wanted.name)
  const found = findStep(named.length > 0 ? named : steps, wanted)
  if ('record' in found) {
    const { record } = found
    const seen = onHost(record)
    if (seen === undefined) return { missing: whyNothingSeen(record, host) }
    if (sameAsked(seen.asked, asked)) return { record, seen }
    return { missing: `${listNames(differing(seen.asked, asked).map(showKey))} is not what it was in the run` }
  }
  const [renamed, another] = named.length > 0 ? [] : asksThis
  const seen = renamed === undefined ? undefined : onHost(renamed)
  if (renamed !== undefined && another === undefined && seen !== undefined) return { record: renamed, seen }
  return another === undefined ? found : { missing: `${found.missing}, and ${countOf(asksThis.length, 'other')} that did the same` }
}

function whyNothingSeen({ ended, seen }: StepRecord, host: string | undefined): string {
  if (ended.outcome === 'skipped') return `it did not run then: ${ended.problem?.message ?? 'it was skipped'}`
  if (seen.length > 0) return host === undefined ? 'it acted from a host then' : `it did not act from ${host} then`
  return `it ended then before it saw anything${ended.problem === undefined ? '' : `: ${ended.problem.message.split('\n', 1)[0] ?? ''}`}`
}

function sameAsked(a: Seen['asked'] | undefined, b: Seen['asked']): boolean {
  return a !== undefined && differing(a, b).length === 0
}

/** What two steps do differently. */
export function differing(a: Seen['asked'], b: Seen['asked']): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key])
}

function samePath(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index])
}

/** A key of a step as it stands in a file; what is described in words is none. */
function showKey(key: string): string {
  return key.includes(' ') ? key : `\`${key}:\``
}
