import { describeGraph, pictureOf } from '../../../graph/boxes.ts'
import { layOut } from '../../../graph/layout.ts'
import { shapesOf } from '../../../graph/shapes.ts'
import type { Shape } from '../../../graph/shapes.ts'
import type { PageData } from '../page-data.ts'
import { h, section, styled, svg } from './dom.ts'

/** How small the picture may become, of its size. */
const readable = 0.75

/** The testbed as `titus-bed graph` draws it; machines of the step that failed first stand out. @param marked  machines and groups of them */
export function topology({ hosts, graph }: Pick<PageData, 'hosts' | 'graph'>, marked: readonly string[]): readonly HTMLElement[] {
  if (graph === undefined) return []
  const isMarked = ({ name, group }: PageData['hosts'][number]) =>
    marked.some((mark) => mark === name || (group !== undefined && mark === group))
  const named = hosts.filter(isMarked).map(({ name }) => name)
  const layout = layOut(pictureOf(graph))
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height)]
  const label = [describeGraph(graph), ...(named.length === 0 ? [] : [`what failed first was on ${named.join(', ')}`])].join('; ')
  const drawn = svg(
    'svg',
    { class: 'testbed-picture', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label },
    ...shapesOf(layout).map((shape) => elementOf(shape, new Set(named))),
  )
  // It is made smaller to fit, as long as it can be read.
  const picture = styled(drawn, { 'min-width': `${Math.ceil(width * readable)}px` })
  const view = h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'picture of the testbed' }, picture)
  const first = layout.frames.find(({ host }) => host !== undefined && named.includes(host))
  // A picture that is wider than the page shows what is marked first.
  if (first !== undefined)
    requestAnimationFrame(() => {
      const scale = picture.getBoundingClientRect().width / width
      view.scrollLeft = (first.x + first.width / 2) * scale - view.clientWidth / 2
    })
  const caption = `Marked: where the step acted that failed first (${named.join(', ')}).`
  return [section('testbed', 'The testbed', view, named.length > 0 && h('p', { class: 'quiet' }, caption))]
}

function elementOf({ name, attributes, inside }: Shape, marked: ReadonlySet<string>): SVGElement {
  const parts = typeof inside === 'string' ? [inside] : inside.map((each) => elementOf(each, marked))
  const host = attributes['data-host']
  const isMarked = typeof host === 'string' && marked.has(host)
  return svg(name, isMarked ? { ...attributes, class: `${attributes['class']} marked` } : attributes, ...parts)
}
