import type { Outcome } from '../../../../schemas/event.ts'
import { countOf } from '../../../../system/count-of.ts'
import { listCounts } from '../../../list-counts.ts'
import { unmetClaims, tellAssertions } from '../../../report.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageData } from '../page-data.ts'
import { h, section, styled } from './dom.ts'
import { markOf } from './marks.ts'
import { reasonOf, wayTo } from './model.ts'
import type { Failure } from './model.ts'
import { problemBox, stepDetails } from './step-details.ts'

/** The most failures that are listed; the tree has them all. */
const mostListed = 50

/** What the run came to, in one look. */
export function verdict(data: PageData): HTMLElement {
  const { testbed, target, run, outcome, interrupted, durationMs, startedAt, counts, flaky, steps, notes, leftOut } = data
  const all = Object.values(counts).reduce((sum, count) => sum + count, flaky)
  const started = new Date(startedAt).toISOString()
  return h(
    'header',
    { class: 'verdict', 'data-outcome': outcome },
    h(
      'p',
      { class: 'eyebrow' },
      `${testbed} (${target}) · run ${run} · `,
      h('time', { datetime: started }, `${started.slice(0, 10)} ${started.slice(11, 19)} UTC`),
    ),
    h('h1', {}, tellVerdict(data, all)),
    proportions({ ...counts, flaky }, all),
    h(
      'ul',
      { class: 'counts' },
      ...tally({ ...counts, flaky }, 'scenario'),
      h('li', { class: 'quiet' }, `steps: ${listCounts(steps) || 'none'}`),
      h('li', { class: 'quiet' }, `${tellAssertions(data)} in ${renderDuration(durationMs)}`),
    ),
    interrupted && h('p', { class: 'note warned' }, 'The run was interrupted: this is what is known of it.'),
    ...unmetClaims(data).map(({ message }) => h('p', { class: 'note warned' }, message)),
    ...notes.map((note) => h('p', { class: 'note' }, note)),
    leftOut > 0 &&
      h(
        'p',
        { class: 'note' },
        `The outputs of ${countOf(leftOut, 'step')} are not on this page, which would be too big with them: the journal of the run has them.`,
      ),
  )
}

/** What failed first, whole; then what failed after it, as a list. */
export function whatFailed(failures: readonly Failure[], data: PageData): readonly HTMLElement[] {
  const [first, ...others] = failures
  if (first === undefined) return []
  const { scenario, step, atMs } = first
  const id = addressOfFailure(first)
  const way = step === undefined ? [] : wayTo(scenario, step)
  const card = section(
    'first',
    'What failed first',
    h('p', { class: 'way' }, markOf(step?.standing ?? scenario.outcome), h('a', { href: `#${id}` }, [scenario.name, ...way].join(' › '))),
    h('p', { class: 'quiet' }, `${renderDuration(atMs)} into the run`),
    step === undefined ? scenario.problem && problemBox(scenario.problem, data) : stepDetails(step, data, id),
    data.again !== '' &&
      h('dl', { class: 'values again' }, h('dt', {}, 'run it again'), h('dd', {}, h('pre', { tabindex: 0 }, data.again))),
  )
  if (others.length === 0) return [card]
  const items = others.slice(0, mostListed).map((failure) => {
    const names = failure.step === undefined ? [] : wayTo(failure.scenario, failure.step)
    return h(
      'li',
      {},
      markOf(failure.step?.standing ?? failure.scenario.outcome),
      h('a', { href: `#${addressOfFailure(failure)}` }, [failure.scenario.name, ...names].join(' › ')),
      h('span', { class: 'quiet' }, ` ${reasonOf(failure.step ?? failure.scenario)}`),
    )
  })
  const more = others.length > mostListed ? [h('li', { class: 'quiet' }, `and ${others.length - mostListed} more below`)] : []
  return [card, section('also', 'And after it', h('ul', { class: 'failures' }, ...items, ...more))]
}

/** Where a failure stands in the page. */
function addressOfFailure({ scenario, step }: Failure): string {
  return step === undefined ? scenario.id : `${scenario.id}.${step.path.join('.')}`
}

function tellVerdict({ outcome, counts }: PageData, all: number): string {
  const red = counts.failed + counts.errored
  if (red > 0) return `${red} of ${countOf(all, 'scenario')} did not pass`
  if (outcome === 'passed') return all === 1 ? 'The scenario passed' : `All ${countOf(all - counts.skipped, 'scenario')} passed`
  return outcome === 'skipped' ? 'Nothing was run' : `The run ${outcome}`
}

const order: readonly (Outcome | 'flaky')[] = ['failed', 'errored', 'flaky', 'passed', 'skipped']

function proportions(counts: Readonly<Record<Outcome | 'flaky', number>>, all: number): HTMLElement {
  const parts = order.filter((mark) => counts[mark] > 0)
  const label = parts.map((mark) => `${counts[mark]} ${mark}`).join(', ')
  return h(
    'div',
    { class: 'proportions', role: 'img', 'aria-label': label || 'no scenario ran' },
    ...parts.map((mark) => styled(h('span', { 'data-mark': mark }), { 'flex-grow': String(counts[mark] / Math.max(1, all)) })),
  )
}

function tally(counts: Readonly<Record<Outcome | 'flaky', number>>, what: string): readonly HTMLElement[] {
  return order.flatMap((mark) =>
    counts[mark] === 0 ? [] : [h('li', { 'data-count': `${what}-${mark}` }, markOf(mark), ` ${counts[mark]} ${mark}`)],
  )
}
