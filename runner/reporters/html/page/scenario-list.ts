import { renderDuration } from '../../../time/render-duration.ts'
import type { PageData, PageScenario } from '../page-data.ts'
import { h, styled } from './dom.ts'
import { evidenceView } from './evidence-view.ts'
import type { Shown } from './filter.ts'
import { markOf } from './marks.ts'
import { reasonOf, treeOf } from './model.ts'
import type { StepNode } from './model.ts'
import { pastLine } from './past-figures.ts'
import { problemBox, stepDetails } from './step-details.ts'

/** A scenario in the list: its element, and what can be done with it. Its steps are made when they are asked for. */
export interface ScenarioItem {
  readonly scenario: PageScenario
  readonly element: HTMLDetailsElement
  /** Shows the parts that are asked for, and hides the others. */
  readonly show: (shown: Shown) => void
  /** Opens it with the steps on the way to one. @returns the element of that step; undefined when there is none of that address */
  readonly reveal: (step: string) => HTMLElement | undefined
  /** Opens it, with the steps that made it red. */
  readonly open: () => void
}

/** A scenario, closed. */
export function scenarioItem(scenario: PageScenario, data: PageData): ScenarioItem {
  const { id, name, cell, file, outcome, durationMs, flaky, knownFailure, owner } = scenario
  const body = h('div', { class: 'steps' })
  let made: ReadonlyMap<string, HTMLElement> | undefined
  let shown: Shown = 'all'
  const apply = () => made?.forEach((step, address) => (step.hidden = shown !== 'all' && (shown === 'none' || !shown.has(address))))
  const make = (): ReadonlyMap<string, HTMLElement> => {
    if (made !== undefined) return made
    const elements = new Map<string, HTMLElement>()
    body.append(...headOf(scenario, data), ...treeOf(scenario).map((node) => stepItem(node, scenario, data, elements)))
    made = elements
    apply()
    return elements
  }
  const summary = h(
    'summary',
    {},
    markOf(flaky === undefined ? (knownFailure === undefined ? outcome : 'known') : 'flaky'),
    h('span', { class: 'name' }, name),
    cell !== undefined && h('span', { class: 'tag' }, cell),
    owner !== undefined && h('span', { class: 'tag' }, owner),
    h('span', { class: 'quiet file' }, data.files[file] ?? ''),
    h('span', { class: 'time' }, renderDuration(durationMs)),
  )
  const element = h(
    'details',
    { class: 'scenario', id, 'data-outcome': outcome, on: { toggle: () => void (element.open && make()) } },
    summary,
    body,
  )
  const openUp = (step: HTMLElement) => {
    for (let at: HTMLElement | null = step; at !== null && at !== element; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true
  }
  const open = () => {
    element.open = true
    for (const step of make().values()) if (step.dataset['red'] !== undefined) openUp(step)
  }
  return {
    scenario,
    element,
    open,
    show(asked) {
      shown = asked
      element.hidden = asked === 'none'
      apply()
    },
    reveal(address) {
      element.open = true
      const step = make().get(address)
      if (step !== undefined) openUp(step)
      return step
    },
  }
}

function headOf(
  { id, description, flaky, knownFailure, outputs = [], problem, past, evidence }: PageScenario,
  data: PageData,
): readonly HTMLElement[] {
  return [
    h('p', { class: 'facts' }, h('a', { href: `#${id}` }, 'link to this scenario')),
    ...(description === undefined ? [] : [h('p', { class: 'description' }, description)]),
    ...(flaky === undefined ? [] : [h('p', { class: 'note warned' }, `Flaky: ${flaky}`)]),
    ...(knownFailure === undefined ? [] : [h('p', { class: 'note warned' }, `Known to fail: ${knownFailure}`)]),
    ...outputs.map((output) => h('p', { class: 'facts' }, `Output ${output}`)),
    ...(problem === undefined ? [] : [problemBox(problem, data)]),
    ...(evidence === undefined ? [] : [evidenceView(evidence)]),
    ...(past === undefined || past.runs < 2 ? [] : [pastLine(past)]),
  ]
}

function stepItem({ step, id, inner }: StepNode, scenario: PageScenario, data: PageData, elements: Map<string, HTMLElement>): HTMLElement {
  const { name, standing, durationMs, warnings, kind, host, cause } = step
  const isRed = (standing === 'failed' || standing === 'errored') && cause === undefined
  const details = h('div')
  const item = h(
    'details',
    {
      class: 'step',
      id,
      'data-red': isRed,
      on: { toggle: () => void (item.open && details.childElementCount === 0 && details.append(stepDetails(step, data, id))) },
    },
    h(
      'summary',
      {},
      markOf(standing),
      h('span', { class: 'name' }, name),
      warnings !== undefined && h('span', { class: 'tag warned' }, 'warning'),
      h('span', { class: 'quiet' }, host === undefined ? kind : `${kind} from ${host}`),
      (standing !== 'passed' || cause !== undefined) && h('span', { class: 'reason' }, reasonOf(step)),
      partOfTime(step, scenario),
      h('span', { class: 'time' }, renderDuration(durationMs)),
    ),
    details,
    inner.length > 0 && h('div', { class: 'inner' }, ...inner.map((node) => stepItem(node, scenario, data, elements))),
  )
  elements.set(id, item)
  return item
}

/** When a step ran within its scenario, as a bar. */
function partOfTime({ startMs, durationMs, standing }: StepNode['step'], scenario: PageScenario): HTMLElement {
  const whole = Math.max(1, scenario.durationMs)
  const from = Math.min(1, Math.max(0, (startMs - scenario.startMs) / whole))
  const part = Math.min(1 - from, durationMs / whole)
  const bar = styled(h('span', { class: 'bar', 'data-mark': standing }), { 'margin-left': `${100 * from}%`, width: `${100 * part}%` })
  return h('span', { class: 'track', 'aria-hidden': 'true' }, bar)
}
