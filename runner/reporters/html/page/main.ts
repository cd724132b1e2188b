import type { PageData } from '../page-data.ts'
import { readAddress, writeAddress } from './address.ts'
import { cellTable } from './cell-table.ts'
import { h, section } from './dom.ts'
import { shownOf } from './filter.ts'
import type { Query } from './filter.ts'
import { keyDialog, listenToKeys, moveFocus } from './keyboard.ts'
import type { Key } from './keyboard.ts'
import { failuresOf, hostsOf } from './model.ts'
import { verdict, whatFailed } from './overview.ts'
import { scenarioItem } from './scenario-list.ts'
import { changeTheme } from './theme.ts'
import { timeline } from './timeline.ts'
import { createToolbar } from './toolbar.ts'
import { topology } from './topology.ts'

/** So many scenarios that did not pass are open from the beginning. */
const openedAtFirst = 3

const data = JSON.parse(document.querySelector('#data')?.textContent ?? '') as PageData
const failures = failuresOf(data)
const items = data.scenarios.map((scenario) => scenarioItem(scenario, data))
const reds = items.filter(({ scenario: { outcome } }) => outcome === 'failed' || outcome === 'errored')
const nothing = h('p', { class: 'quiet', hidden: true }, 'Nothing of this run is like that.')
const first = failures[0]

const toolbar = createToolbar({
  onQuery: ask,
  onOpenAll: openReds,
  onCloseAll: closeAll,
  onTheme: changeTheme,
  onHelp: () => dialog.showModal(),
})
const keys: readonly Key[] = [
  ['/', 'search', () => toolbar.search.focus()],
  ['j', 'the next line', () => moveFocus('.scenario:not([hidden]) summary', 1)],
  ['k', 'the line before', () => moveFocus('.scenario:not([hidden]) summary', -1)],
  ['n', 'the next that did not pass', () => moveFocus('.step[data-red]:not([hidden]) > summary', 1)],
  ['p', 'the one before that did not pass', () => moveFocus('.step[data-red]:not([hidden]) > summary', -1)],
  ['o', 'open all that did not pass', openReds],
  ['c', 'close all', closeAll],
  ['t', 'light or dark', changeTheme],
  ['?', 'this list', () => dialog.showModal()],
]
const dialog = keyDialog(keys)

document.body.append(
  h(
    'main',
    {},
    verdict(data),
    ...whatFailed(failures, data),
    ...cellTable(data),
    ...timeline(data),
    ...topology(data, first?.step === undefined ? [] : hostsOf(first.step)),
    section('scenarios', 'Scenarios and steps', toolbar.element, ...items.map(({ element }) => element), nothing),
  ),
  dialog,
)
for (const item of reds.slice(0, openedAtFirst)) item.open()
listenToKeys(keys)
window.addEventListener('hashchange', goToAddress)
// What is folded is not printed: what did not pass is what a print is for.
window.addEventListener('beforeprint', openReds)
goToAddress()

function goToAddress(): void {
  const { id, query } = readAddress(location.hash)
  toolbar.set(query)
  narrow(query)
  if (id === '') return
  const item = items.find(({ scenario }) => id === scenario.id || id.startsWith(`${scenario.id}.`))
  if (item === undefined) return
  const target = id === item.scenario.id ? item.element : item.reveal(id)
  item.element.open = true
  if (target instanceof HTMLDetailsElement) target.open = true
  document.querySelector('.found')?.classList.remove('found')
  target?.classList.add('found')
  target?.scrollIntoView({ block: 'center' })
  target?.querySelector('summary')?.focus({ preventScroll: true })
}

function ask(query: Query): void {
  narrow(query)
  history.replaceState(null, '', writeAddress({ id: readAddress(location.hash).id, query }))
}

function narrow(query: Query): void {
  let count = 0
  for (const item of items) {
    const shown = shownOf(item.scenario, data.files, query)
    item.show(shown)
    if (shown !== 'none') count += 1
  }
  nothing.hidden = count > 0
  toolbar.tell(count, items.length)
}

function openReds(): void {
  for (const { open } of reds) open()
}

function closeAll(): void {
  for (const details of document.querySelectorAll<HTMLDetailsElement>('#scenarios details[open]')) details.open = false
}
