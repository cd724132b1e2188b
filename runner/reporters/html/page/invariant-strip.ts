import type { Gap, Polls } from '../../../../schemas/event.ts'
import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageStep } from '../page-data.ts'
import { h, styled } from './dom.ts'

/** An invariant over its time: where it held, and its gaps; those longer than is tolerated stand out. */
export function invariantStrip(invariant: Polls, { startMs, durationMs }: PageStep, runStartedAt: number): HTMLElement {
  const { polls, held, untested, tolerateMs, everyMs, longestGapMs, gaps } = invariant
  const began = runStartedAt + startMs
  const ended = Math.max(began + durationMs, ...gaps.map(({ lastAt }) => lastAt))
  // When a poll of several that ran at the same time began is not told: the first gap may be before.
  const first = Math.min(began, ...gaps.map(({ firstAt }) => firstAt))
  const whole = Math.max(1, ended - first)
  const bars = gaps.map((gap) => {
    const bar = h('span', { class: 'gap', 'data-verdict': kindOf(gap, tolerateMs), title: `${gap.ms} ms: ${gap.seen}` })
    return styled(bar, { left: `${(100 * (gap.firstAt - first)) / whole}%`, width: `${Math.max(0.3, (100 * gap.ms) / whole)}%` })
  })
  // What did not hold once is never told as all of it.
  const percent = polls === 0 ? 0 : Math.floor((1000 * held) / polls) / 10
  const told = `${countOf(polls, 'poll')} every ${renderDuration(everyMs)}, ${percent} % held${untested === 0 ? '' : `, ${untested} untested`}; longest gap ${longestGapMs} ms, ${tolerateMs} ms tolerated`
  const items = gaps.map((gap) =>
    h(
      'li',
      { 'data-verdict': kindOf(gap, tolerateMs) },
      h('strong', {}, `${gap.ms} ms`),
      ` at ${renderDuration(gap.firstAt - runStartedAt)}${gap.during === undefined ? '' : ` during “${gap.during}”`}: ${gap.seen}`,
    ),
  )
  return h(
    'div',
    { class: 'invariant' },
    h('p', {}, told),
    h('div', { class: 'strip', role: 'img', 'aria-label': countOf(gaps.length, 'gap') }, ...bars),
    items.length > 0 && h('ul', { class: 'gaps' }, ...items),
  )
}

function kindOf({ verdict, ms }: Gap, tolerateMs: number): 'untested' | 'tolerated' | 'wrong' {
  if (verdict === 'untested') return 'untested'
  return ms > tolerateMs ? 'wrong' : 'tolerated'
}
