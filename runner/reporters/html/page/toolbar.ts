import { countOf } from '../../../../system/count-of.ts'
import type { Query, Show } from './filter.ts'
import { h } from './dom.ts'

/** What narrows the list of scenarios. */
export interface Toolbar {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  /** Shows a query that came from elsewhere. */
  readonly set: (query: Query) => void
  /** Says how much of how much is shown. */
  readonly tell: (shown: number, all: number) => void
}

/** What can be done with all of the list. */
export interface ToolbarActions {
  readonly onQuery: (query: Query) => void
  readonly onOpenAll: () => void
  readonly onCloseAll: () => void
  readonly onTheme: () => void
  readonly onHelp: () => void
}

const shows: readonly (readonly [Show, string])[] = [
  ['all', 'all'],
  ['red', 'not passed'],
  ['warned', 'to look at'],
  ['skipped', 'skipped'],
]

/** The bar above the list. */
export function createToolbar({ onQuery, onOpenAll, onCloseAll, onTheme, onHelp }: ToolbarActions): Toolbar {
  let query: Query = { words: '', show: 'all' }
  const change = (part: Partial<Query>) => {
    set({ ...query, ...part })
    onQuery(query)
  }
  const search = h('input', {
    type: 'search',
    placeholder: 'search names, machines, reasons',
    'aria-label': 'search',
    'aria-keyshortcuts': '/',
    on: { input: () => change({ words: search.value }) },
  })
  const chips = shows.map(
    ([show, text]) => [show, h('button', { type: 'button', class: 'chip', on: { click: () => change({ show }) } }, text)] as const,
  )
  const count = h('span', { class: 'quiet', role: 'status' })
  const button = (text: string, label: string, act: () => void) => h('button', { type: 'button', title: label, on: { click: act } }, text)
  function set(given: Query): void {
    query = given
    if (search.value !== given.words) search.value = given.words
    for (const [show, chip] of chips) chip.setAttribute('aria-pressed', String(show === given.show))
  }
  set(query)
  const element = h(
    'div',
    { class: 'toolbar', role: 'search' },
    search,
    h('div', { class: 'chips', role: 'group', 'aria-label': 'show' }, ...chips.map(([, chip]) => chip)),
    count,
    h('span', { class: 'space' }),
    button('open', 'open all that did not pass (o)', onOpenAll),
    button('close', 'close all (c)', onCloseAll),
    button('light / dark', 'change colours (t)', onTheme),
    button('keys', 'what keys do (?)', onHelp),
  )
  return {
    element,
    search,
    set,
    tell: (shown, all) => (count.textContent = shown === all ? countOf(all, 'scenario') : `${shown} of ${countOf(all, 'scenario')}`),
  }
}
