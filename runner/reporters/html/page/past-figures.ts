import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageScenario, PageStep } from '../page-data.ts'
import { h, svg } from './dom.ts'
import type { Part } from './dom.ts'

const size = { width: 120, height: 20 }

/** What past runs of a scenario came to: how often it held, how long it took, what got slower. */
export function pastLine({ runs, passed, flaky, durations }: NonNullable<PageScenario['past']>): HTMLElement {
  // What is not all is never told as all of it.
  const percent = (part: number) => `${Math.floor((100 * part) / runs)} %`
  const told = `Of ${countOf(runs, 'run')} ${percent(passed)} passed, ${percent(flaky)} flaky. `
  return h('p', { class: 'facts' }, told, ...(durations === undefined ? [] : pastFigures(durations)))
}

/** How long something took in past runs, as figures and as a small graph. */
export function pastFigures({ medianMs, p95Ms, latestMs, slower }: NonNullable<PageStep['past']>): readonly Part[] {
  const since = slower === undefined ? '' : new Date(slower.at).toISOString().slice(0, 10)
  return [
    `median ${renderDuration(medianMs)}, 95 % within ${renderDuration(p95Ms)} `,
    latestMs.length > 1 && graph(latestMs),
    slower !== undefined &&
      h(
        'strong',
        { class: 'slower' },
        ` slower since ${since} (run ${slower.run}): ${renderDuration(slower.beforeMs)} before, ${renderDuration(slower.afterMs)} after`,
      ),
  ]
}

function graph(numbers: readonly number[]): SVGElement {
  const most = Math.max(1, ...numbers)
  const step = size.width / (numbers.length - 1)
  const points = numbers.map(
    (number, index) => `${(index * step).toFixed(1)},${(size.height - 2 - (number / most) * (size.height - 4)).toFixed(1)}`,
  )
  const label = `the latest ${numbers.length}, from ${renderDuration(Math.min(...numbers))} to ${renderDuration(most)}`
  const [lastX, lastY] = (points.at(-1) ?? '0,0').split(',')
  return svg(
    'svg',
    {
      class: 'graph',
      viewBox: `-2 0 ${size.width + 4} ${size.height}`,
      width: size.width,
      height: size.height,
      role: 'img',
      'aria-label': label,
    },
    svg('polyline', { points: points.join(' ') }),
    svg('circle', { cx: lastX ?? 0, cy: lastY ?? 0, r: 2 }),
  )
}
