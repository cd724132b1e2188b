import { h } from './dom.ts'

/** A key, what it does, and doing it. */
export type Key = readonly [key: string, meaning: string, act: () => void]

/** Listens to keys of the page; what is typed into a field, or with Ctrl, is for the browser. */
export function listenToKeys(keys: readonly Key[]): void {
  document.addEventListener('keydown', (event) => {
    const { target } = event
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (target instanceof HTMLInputElement) {
      if (event.key === 'Escape') target.blur()
      return
    }
    const found = keys.find(([key]) => key === event.key)
    if (found === undefined) return
    event.preventDefault()
    found[2]()
  })
}

/** A dialog that says what keys do. */
export function keyDialog(keys: readonly Key[]): HTMLDialogElement {
  const rows = [...keys, ['Enter', 'open or close what is chosen'] as const].map(([key, meaning]) =>
    h('tr', {}, h('th', { scope: 'row' }, h('kbd', {}, key)), h('td', {}, meaning)),
  )
  const close = h('button', { type: 'button', on: { click: () => dialog.close() } }, 'close')
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    h('table', {}, h('tbody', {}, ...rows)),
    close,
  )
  return dialog
}

/** Moves to the next or the one before among the elements that are seen, from the one that has the focus. */
export function moveFocus(selector: string, by: 1 | -1): void {
  const seen = [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.offsetParent !== null)
  const current = document.activeElement
  const at = seen.findIndex((element) => element === current)
  const before =
    current === null
      ? -1
      : seen.findLastIndex((element) => (element.compareDocumentPosition(current) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0)
  const next = at !== -1 ? at + by : by === 1 ? before + 1 : before
  const element = seen[Math.min(seen.length - 1, Math.max(0, next))]
  element?.focus()
  element?.scrollIntoView({ block: 'nearest' })
}
