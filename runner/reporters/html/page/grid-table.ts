import type { PageGrid } from '../page-data.ts'
import { h } from './dom.ts'

/** A table of verdicts: a cell that is not as expected says both. */
export function gridTable({ columns, rows }: PageGrid): HTMLElement {
  const head = h('tr', {}, h('td'), ...columns.map((column) => h('th', { scope: 'col' }, column)))
  const body = rows.map(({ name, cells }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      ...cells.map(({ text, verdict, expected }) =>
        h('td', { 'data-verdict': verdict }, text, expected !== undefined && h('span', { class: 'expected' }, `expected ${expected}`)),
      ),
    ),
  )
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'grid' },
    h('table', { class: 'grid' }, h('thead', {}, head), h('tbody', {}, ...body)),
  )
}
