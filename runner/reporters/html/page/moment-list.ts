import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageMoment } from '../page-data.ts'
import { h } from './dom.ts'

/** So many lines are shown at a time. */
const mostLines = 200

/** What machines told of the stretch of time that is shown, folded. */
export function momentList(moments: readonly PageMoment[]): {
  readonly elements: readonly HTMLElement[]
  readonly show: (fromMs: number, toMs: number) => void
} {
  if (moments.length === 0) return { elements: [], show: () => undefined }
  const told = h('span', { class: 'quiet' })
  const body = h('tbody', {})
  const table = h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'what the machines told' },
    h(
      'table',
      { class: 'moments' },
      h('thead', {}, h('tr', {}, ...['time', 'machine', 'what'].map((name) => h('th', { scope: 'col' }, name)))),
      body,
    ),
  )
  const element = h('details', { class: 'part evidence' }, h('summary', {}, 'What the machines told meanwhile ', told), table)
  let window: readonly PageMoment[] = []
  const fill = () => {
    if (!element.open) return
    body.replaceChildren(...window.slice(-mostLines).map(line))
  }
  element.addEventListener('toggle', fill)
  return {
    elements: [element],
    show(fromMs, toMs) {
      window = moments.filter(({ startMs }) => startMs >= fromMs && startMs <= toMs)
      const more = window.length > mostLines ? `, the last ${mostLines} of them: zoom in for others` : ''
      told.textContent = `${window.length} of ${countOf(moments.length, 'line')} in the time shown${more}`
      fill()
    },
  }
}

function line({ startMs, host, text }: PageMoment): HTMLElement {
  return h('tr', {}, h('td', {}, renderDuration(startMs)), h('td', {}, host), h('td', {}, text))
}
