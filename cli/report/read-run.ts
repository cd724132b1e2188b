import type { Timeline } from '../../runner/timeline/timeline.ts'
import type { Event } from '../../schemas/event.ts'
import { journalIn } from '../running/run-folder.ts'
import { timelineIn } from '../running/timeline-file.ts'
import type { KnownRun } from './find-run.ts'
import { readJournal } from './read-journal.ts'

/** What a run left, whole or up to where it was killed: its events, and the timeline of them and of what machines answered.
 *  @throws InputError when there is no journal */
export function readRun({ folder }: Pick<KnownRun, 'folder'>): { readonly events: readonly Event[]; readonly timeline: Timeline } {
  const events = readJournal(journalIn(folder))
  const timeline = timelineIn(folder)
  events.forEach(timeline.see)
  return { events, timeline }
}
