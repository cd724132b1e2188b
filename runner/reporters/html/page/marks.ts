import type { Standing } from '../../../report.ts'
import { h } from './dom.ts'

/** How a step can stand, or a scenario that passed on a retry. */
export type Mark = Standing | 'flaky'

/** A sign for each, so that colour alone tells nothing. */
const signs: Readonly<Record<Mark, string>> = {
  passed: '✓',
  failed: '✗',
  errored: '!',
  skipped: '–',
  soft: '~',
  known: '≈',
  flaky: '↻',
}

/** What each means, for those who ask. */
const meanings: Readonly<Record<Mark, string>> = {
  passed: 'every claim held',
  failed: 'a claim is false',
  errored: 'a claim could not be tested',
  skipped: 'not run',
  soft: 'did not hold, and does not decide',
  known: 'failed, as is known',
  flaky: 'passed on a retry',
}

/** The sign of a standing. */
export function markOf(mark: Mark): HTMLElement {
  return h('span', { class: 'mark', 'data-mark': mark, role: 'img', 'aria-label': mark, title: `${mark}: ${meanings[mark]}` }, signs[mark])
}
