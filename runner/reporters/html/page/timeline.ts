import { countOf } from '../../../../system/count-of.ts'
import { renderDuration } from '../../../time/render-duration.ts'
import type { PageData, PageScenario, PageStep } from '../page-data.ts'
import { h, section, svg } from './dom.ts'
import { momentList } from './moment-list.ts'
import { addressOf } from './model.ts'
import { faultsOf, ticksOf, tracksOf, visibleSpans } from './tracks.ts'

const lane = { height: 24, steps: 10, gap: 10 }
const head = 24
/** As wide as it is drawn; the page fits it. */
const width = 1000

/** The run over time: scenarios, the steps in them, faults. It zooms and moves by buttons, keys and the wheel. */
export function timeline(data: PageData): readonly HTMLElement[] {
  if (data.scenarios.length === 0) return []
  const tracks = tracksOf(data.scenarios)
  const faults = faultsOf(data)
  const endMs = Math.max(1, data.durationMs, ...data.scenarios.map(({ startMs, durationMs }) => startMs + durationMs))
  const height = head + tracks.length * (lane.height + lane.steps + lane.gap) + (data.moments.length === 0 ? 0 : 10)
  const marks = data.moments.map(({ startMs }) => ({ startMs, durationMs: 0 }))
  let [fromMs, toMs] = [0, endMs]
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `${countOf(data.scenarios.length, 'scenario')} over ${renderDuration(endMs)}`,
  })
  const list = momentList(data.moments)
  const told = h('span', { class: 'quiet', 'aria-live': 'polite' })
  const draw = () => {
    const scale = width / (toMs - fromMs)
    picture.replaceChildren(
      ...ticksOf(fromMs, toMs, 8).map((ms) => tick((ms - fromMs) * scale, height, renderTick(ms))),
      ...tracks.flatMap((track, index) => drawTrack(track, head + index * (lane.height + lane.steps + lane.gap), fromMs, toMs)),
      ...visibleSpans(marks, fromMs, toMs, width).map(({ x }) =>
        svg('line', { class: 'moment', x1: x, x2: x, y1: height - 8, y2: height }),
      ),
      ...visibleSpans(faults, fromMs, toMs, width).map(({ span, x }) => drawFault(span, x, height)),
    )
    list.show(fromMs, toMs)
    told.textContent = `${renderDuration(fromMs)} to ${renderDuration(toMs)}`
  }
  const move = (from: number, to: number) => {
    const span = Math.min(endMs, Math.max(10, to - from))
    fromMs = Math.min(endMs - span, Math.max(0, from))
    toMs = fromMs + span
    draw()
  }
  const zoom = (factor: number, middle = (fromMs + toMs) / 2) =>
    move(middle - (middle - fromMs) * factor, middle + (toMs - middle) * factor)
  const shift = (part: number) => move(fromMs + (toMs - fromMs) * part, toMs + (toMs - fromMs) * part)
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(0.5),
    '-': () => zoom(2),
    ArrowLeft: () => shift(-0.25),
    ArrowRight: () => shift(0.25),
    '0': () => move(0, endMs),
  }
  const onKey = (event: Event) => {
    const act = event instanceof KeyboardEvent ? keys[event.key] : undefined
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  const onWheel = (event: Event) => {
    if (!(event instanceof WheelEvent) || (!event.ctrlKey && !event.shiftKey)) return
    event.preventDefault()
    const box = picture.getBoundingClientRect()
    zoom(event.deltaY + event.deltaX > 0 ? 1.25 : 0.8, fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs))
  }
  const button = (text: string, label: string, act: () => void) =>
    h('button', { type: 'button', 'aria-label': label, title: label, on: { click: act } }, text)
  const controls = h(
    'div',
    { class: 'controls' },
    button('−', 'zoom out', () => zoom(2)),
    button('+', 'zoom in', () => zoom(0.5)),
    button('←', 'earlier', () => shift(-0.25)),
    button('→', 'later', () => shift(0.25)),
    button('all', 'all of the run', () => move(0, endMs)),
    told,
    faults.length > 0 && h('span', { class: 'quiet' }, `· ${countOf(faults.length, 'fault is', 'faults are')} marked`),
  )
  draw()
  const frame = h(
    'div',
    { class: 'timeline', tabindex: 0, role: 'group', 'aria-label': 'timeline: + and - zoom, arrows move', on: { keydown: onKey } },
    picture,
  )
  frame.addEventListener('wheel', onWheel, { passive: false })
  return [section('timeline', 'The run over time', controls, frame, ...list.elements)]
}

function drawTrack(track: readonly PageScenario[], y: number, fromMs: number, toMs: number): readonly SVGElement[] {
  return visibleSpans(track, fromMs, toMs, width).flatMap(({ span, x, width: wide }) => {
    const label = `${span.name}: ${span.outcome} in ${renderDuration(span.durationMs)}`
    const bar = svg('rect', { class: 'lane', 'data-mark': span.outcome, x, y, width: wide, height: lane.height, rx: Math.min(4, wide / 2) })
    const fits = Math.floor((wide - 12) / 6.6)
    const text =
      fits < 4 ? [] : [svg('text', { x: x + 6, y: y + 16 }, span.name.length <= fits ? span.name : `${span.name.slice(0, fits - 1)}…`)]
    const steps =
      wide < 12 ? [] : visibleSpans(topSteps(span), fromMs, toMs, width).map((step) => drawStep(span, step.span, step.x, step.width, y))
    return [target(span.id, label, bar, ...text), ...steps]
  })
}

function drawStep({ id }: PageScenario, step: PageStep, x: number, wide: number, y: number): SVGElement {
  const label = `${step.name}: ${step.standing} in ${renderDuration(step.durationMs)}`
  const bar = svg('rect', {
    class: 'part',
    'data-mark': step.standing,
    x,
    y: y + lane.height + 2,
    width: Math.max(1, wide - 0.5),
    height: lane.steps - 4,
    rx: 1,
  })
  return target(addressOf(id, step), label, bar)
}

/** Part of a picture that leads somewhere. The list leads there too, for those who do not point. */
function target(id: string, label: string, ...parts: readonly SVGElement[]): SVGElement {
  return svg('g', { class: 'target', on: { click: () => (location.hash = id) } }, svg('title', {}, label), ...parts)
}

function drawFault({ name, startMs }: PageStep, x: number, height: number): SVGElement {
  const label = `${name}, ${renderDuration(startMs)} into the run`
  return svg(
    'g',
    { class: 'fault' },
    svg('title', {}, label),
    svg('line', { x1: x, x2: x, y1: head - 6, y2: height }),
    svg('path', { d: `M ${x - 5} ${head - 14} h 10 l -5 9 z` }),
  )
}

function tick(x: number, height: number, text: string): SVGElement {
  const anchor = x < 20 ? 'start' : x > width - 20 ? 'end' : 'middle'
  return svg(
    'g',
    { class: 'tick' },
    svg('line', { x1: x, x2: x, y1: head - 6, y2: height }),
    svg('text', { x, y: 11, 'text-anchor': anchor }, text),
  )
}

function renderTick(ms: number): string {
  return ms === 0 ? '0' : renderDuration(ms)
}

/** Invariants have their strips: they lie beside all steps. */
function topSteps({ steps }: PageScenario): readonly PageStep[] {
  return steps.filter(({ path, invariant, standing }) => path.length === 1 && invariant === undefined && standing !== 'skipped')
}
