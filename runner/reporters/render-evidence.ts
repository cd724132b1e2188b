import { dirname } from 'node:path'
import type { Evidence } from '../../schemas/event.ts'
import { countOf } from '../../system/count-of.ts'
import { listNames } from '../../system/list-names.ts'
import { renderDuration } from '../time/render-duration.ts'
import { oneLine } from './visible-text.ts'

/** How much the machines told, and where it is kept, in one line. */
export function renderEvidence({ files, missing, bytes, ms }: Evidence): string {
  const hosts = [...new Set(files.map(({ host }) => host))]
  const [first] = files
  const where = first === undefined ? '' : `: ${dirname(dirname(first.path))}/`
  const not = missing.length === 0 ? '' : ` (not all: ${missing[0] ?? ''})`
  const told = `${listNames(hosts) || 'no machine'} told ${countOf(files.length, 'file')}, ${Math.ceil(bytes / 1024)} KiB, in ${renderDuration(ms)}`
  return oneLine(`${told}${not}${where}`)
}
