import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Moment } from '../../runner/timeline/moment.ts'
import { createTimeline } from '../../runner/timeline/timeline.ts'
import type { Timeline } from '../../runner/timeline/timeline.ts'
import type { EvidenceFile } from '../../schemas/event.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Json } from '../../schemas/json.ts'
import { readRegularFile } from '../../system/regular-file.ts'

/** The most that an answer of a machine may have, in bytes. */
const mostBytes = 8 * 2 ** 20

/** Begins the timeline of a run that keeps what machines answered in its folder. */
export function timelineIn(folder: string): Timeline {
  return createTimeline((file) => readAnswer(folder, file))
}

/** What a machine answered, as it is kept with its run; undefined for what is not. */
function readAnswer(folder: string, { path }: EvidenceFile): string | undefined {
  const place = relative(resolve(folder, 'evidence'), resolve(path))
  // A journal of elsewhere names what it likes, and gets nothing.
  if (place.startsWith('..') || place.startsWith('/')) return undefined
  try {
    return readRegularFile(resolve(path), mostBytes).toString('utf8')
  } catch {
    return undefined
  }
}

/** Writes a timeline, a line of JSON for each moment, for its owner alone. @throws Error of Node.js when it cannot be written */
export function writeTimeline(folder: string, moments: readonly Moment[]): void {
  writeFileSync(join(folder, 'timeline.jsonl'), moments.map((moment) => `${renderJson(moment as unknown as Json)}\n`).join(''), {
    mode: 0o600,
  })
}
