import type { PageData, PageScenario } from '../page-data.ts'
import { h, section } from './dom.ts'
import { markOf } from './marks.ts'

/** Cells of the matrix by scenarios: what came to what where. Nothing for a page of one run. */
export function cellTable({ cells, scenarios, files }: PageData): readonly HTMLElement[] {
  if (cells.length === 0) return []
  const rows = new Map<string, Map<string, PageScenario[]>>()
  for (const scenario of scenarios) {
    const { cell = '', file } = scenario
    const key = JSON.stringify([files[file], nameInCell(scenario)])
    const row = rows.get(key) ?? new Map<string, PageScenario[]>()
    rows.set(key, row.set(cell, [...(row.get(cell) ?? []), scenario]))
  }
  const head = h('tr', {}, h('td'), ...cells.map((cell) => h('th', { scope: 'col' }, cell)))
  const body = [...rows].map(([key, row]) => {
    const [, name = ''] = JSON.parse(key) as readonly string[]
    return h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', {}, ...(row.get(cell) ?? []).map(linkToScenario))))
  })
  const table = h('table', { class: 'cells' }, h('thead', {}, head), h('tbody', {}, ...body))
  return [
    section('cells', 'The matrix', h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'cells by scenarios' }, table)),
  ]
}

function linkToScenario({ id, name, outcome, flaky }: PageScenario): HTMLElement {
  return h(
    'a',
    { href: `#${id}`, 'aria-label': `${flaky === undefined ? outcome : 'flaky'}: ${name}` },
    markOf(flaky === undefined ? outcome : 'flaky'),
  )
}

/** The name of a scenario without the cell that tells it from those of other cells. */
function nameInCell({ name, cell }: PageScenario): string {
  const end = ` [${cell ?? ''}]`
  return name.endsWith(end) ? name.slice(0, -end.length) : name
}
