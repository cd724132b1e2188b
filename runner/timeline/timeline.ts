import type { Event, EvidenceFile } from '../../schemas/event.ts'
import { mergeMoments } from './moment.ts'
import type { Moment } from './moment.ts'
import { momentsOfAnswer } from './of-answer.ts'
import { momentsOfEvent } from './of-event.ts'

/** A timeline that grows with its run. */
export interface Timeline {
  readonly see: (event: Event) => void
  /** Everything with a stamp that is known by now, in the order of time. */
  readonly moments: () => readonly Moment[]
}

/** Begins a timeline. @param read  the text of an answer that a machine gave; undefined when it cannot be had */
export function createTimeline(read: (file: EvidenceFile) => string | undefined): Timeline {
  const told: Moment[] = []
  const answers: (readonly Moment[])[] = []
  const polled = new Map<string, Pick<Moment, 'step' | 'host'>>()
  let since = 0
  // Reports and the file of a run ask one after the other, of many lines: they are put in order once.
  let merged: readonly Moment[] | undefined
  const see = (event: Event) => {
    if (event.type === 'run-started') since = event.at
    merged = undefined
    const moments = momentsOfEvent(event)
    if (event.type === 'step-started') {
      const { step, host } = moments[0] ?? {}
      polled.set(keyOf(event), { ...(step === undefined ? {} : { step }), ...(host === undefined ? {} : { host }) })
    }
    told.push(...(event.type === 'poll' ? moments.map((moment) => ({ ...moment, ...polled.get(keyOf(event)) })) : moments))
    if (event.type !== 'evidence') return
    const { files, skews = {} } = event.evidence
    for (const file of files) {
      const text = read(file)
      if (text !== undefined) answers.push(momentsOfAnswer({ host: file.host, name: file.name, text, skewMs: skews[file.host] ?? 0 }))
    }
  }
  return { see, moments: () => (merged ??= mergeMoments([told, ...answers], since)) }
}

function keyOf({ scenario, path }: { readonly scenario: string; readonly path: readonly number[] }): string {
  return JSON.stringify([scenario, path])
}
