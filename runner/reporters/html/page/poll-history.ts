import { renderDuration } from '../../../time/render-duration.ts'
import type { PagePoll, PageStep } from '../page-data.ts'
import { h, styled } from './dom.ts'

/** What the attempts of a step saw, those that saw the same as one line; a bar beside each shows when. */
export function pollHistory(polls: readonly PagePoll[], { durationMs, attempts = 1, standing }: PageStep): HTMLElement {
  const whole = Math.max(1, durationMs, ...polls.map(({ toMs }) => toMs))
  const rows = polls.map(({ first, last, fromMs, toMs, seen }, index) => {
    const beganMs = index === 0 ? 0 : (polls[index - 1]?.toMs ?? fromMs)
    return row(first === last ? String(first) : `${first}–${last}`, [beganMs, toMs], whole, seen, 'missed')
  })
  const lastMs = polls.at(-1)?.toMs ?? 0
  const held = standing === 'passed' ? [row(String(attempts), [lastMs, durationMs], whole, 'it holds', 'held')] : []
  const head = h('tr', {}, ...['attempts', 'when', 'seen'].map((name) => h('th', { scope: 'col' }, name)))
  const table = h(
    'table',
    { class: 'polls' },
    h('caption', {}, `Waited ${renderDuration(durationMs)}`),
    h('thead', {}, head),
    h('tbody', {}, ...rows, ...held),
  )
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'attempts' }, table)
}

function row(attempts: string, [from, to]: readonly [number, number], whole: number, seen: string, kind: string): HTMLElement {
  const percent = (ms: number) => `${(100 * Math.min(1, ms / whole)).toFixed(2)}%`
  const bar = styled(h('span', { class: `bar ${kind}` }), { 'margin-left': percent(from), width: percent(Math.max(0, to - from)) })
  const when = h('td', {}, h('span', { class: 'track' }, bar), h('span', { class: 'quiet' }, `until ${renderDuration(to)}`))
  return h('tr', {}, h('td', { class: 'attempts' }, attempts), when, h('td', {}, seen))
}
