import type { Evidence, EvidenceFile } from '../../../../schemas/event.ts'
import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import { h } from './dom.ts'

/** What the machines told of a scenario: the end of each answer, folded, and where it is whole. */
export function evidenceView({ files, missing, bytes, ms }: Evidence): HTMLElement {
  const hosts = [...new Set(files.map(({ host }) => host))]
  const size = `${countOf(files.length, 'file')}, ${Math.ceil(bytes / 1024)} KiB, in ${renderDuration(ms)}`
  return h(
    'details',
    { class: 'part evidence' },
    h('summary', {}, 'What the machines told ', h('span', { class: 'quiet' }, size)),
    ...missing.map((what) => h('p', { class: 'note warned' }, what)),
    ...hosts.map((host) =>
      ofHost(
        host,
        files.filter((file) => file.host === host),
      ),
    ),
  )
}

function ofHost(host: string, files: readonly EvidenceFile[]): HTMLElement {
  return h('div', { class: 'inner' }, h('p', {}, h('strong', {}, host)), ...files.map(fileView))
}

function fileView({ name, path, bytes, tail }: EvidenceFile): HTMLElement {
  const isCut = tail.length < bytes
  return h(
    'details',
    { class: 'part' },
    h('summary', {}, `${name} `, h('span', { class: 'quiet' }, `${Math.ceil(bytes / 1024)} KiB`)),
    h('p', { class: 'facts' }, isCut ? `the end of ${path}` : path),
    h('pre', { tabindex: 0 }, tail.trimEnd()),
  )
}
