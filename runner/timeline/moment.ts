/** What a moment of a timeline is of. */
export type MomentKind =
  'run' | 'scenario' | 'step' | 'poll' | 'invariant' | 'fault' | 'note' | 'journal' | 'console' | 'container' | 'task' | 'aws'

/** Something that happened at a time, wherever it is known from. */
export interface Moment {
  /** Milliseconds since the epoch, by the clock of the computer that ran; what another machine stamped is corrected for its clock. */
  readonly at: number
  readonly kind: MomentKind
  /** The machine that it is of; absent where it is of none. */
  readonly host?: string
  /** The unit, program, container or task that it is of. */
  readonly unit?: string
  readonly scenario?: string
  /** The whole name of the step that it is of. */
  readonly step?: string
  /** One line for a person. */
  readonly text: string
}

/** The longest text of a moment, in characters. */
const longest = 2000

/** Moments in the order of time, each once: several answers may tell of the same. Those from before a time are left out. */
export function mergeMoments(lists: readonly (readonly Moment[])[], since: number): readonly Moment[] {
  const known = new Map<string, Moment>()
  for (const moment of lists.flat()) {
    if (moment.at < since || Number.isNaN(moment.at)) continue
    const key = JSON.stringify([moment.at, moment.kind, moment.host, moment.scenario, moment.text])
    const before = known.get(key)
    // A line that the journal of a unit has too is of that unit.
    if (before === undefined || (moment.unit?.includes('.') === true && before.unit?.includes('.') !== true)) known.set(key, moment)
  }
  return [...known.values()].toSorted((a, b) => a.at - b.at).map((moment) => ({ ...moment, text: shorten(moment.text) }))
}

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}
