import type { HostSketch } from '../../../../schemas/event.ts'
import { h, section, svg } from './dom.ts'

/** A machine with its place in the picture. */
export interface Placed {
  readonly host: HostSketch
  /** How many connections lead to it: 1 for one that is reached from this computer. */
  readonly depth: number
  readonly row: number
}

const size = { width: 190, height: 44, gapX: 70, gapY: 14, margin: 8 }

/** Places each machine right of the one that leads to it. One whose way is not known is reached from this computer. */
export function placeHosts(hosts: readonly HostSketch[]): readonly Placed[] {
  const known = new Map(hosts.map((host) => [host.name, host]))
  const depthOf = (host: HostSketch, below: readonly string[] = []): number => {
    const via = host.via === undefined || below.includes(host.via) ? undefined : known.get(host.via)
    return via === undefined ? 1 : 1 + depthOf(via, [...below, host.name])
  }
  const rows: number[] = []
  return hosts.map((host) => {
    const depth = depthOf(host)
    const row = rows[depth] ?? 0
    rows[depth] = row + 1
    return { host, depth, row }
  })
}

/** The machines of the testbed and the ways to them; those of the step that failed first stand out. */
export function topology(hosts: readonly HostSketch[], marked: readonly string[]): readonly HTMLElement[] {
  if (hosts.length === 0) return []
  const placed = placeHosts(hosts)
  const { width, height, gapX, gapY, margin } = size
  const columns = 1 + Math.max(...placed.map(({ depth }) => depth))
  const most = Math.max(...placed.map(({ depth }) => placed.filter((other) => other.depth === depth).length))
  const whole = { width: columns * width + (columns - 1) * gapX + 2 * margin, height: most * (height + gapY) - gapY + 2 * margin }
  const at = (depth: number, row: number) => {
    const inColumn = depth === 0 ? 1 : placed.filter((other) => other.depth === depth).length
    const top = margin + ((most - inColumn) * (height + gapY)) / 2
    return { x: margin + depth * (width + gapX), y: top + row * (height + gapY) }
  }
  const positions = new Map(placed.map(({ host, depth, row }) => [host.name, at(depth, row)]))
  const origin = at(0, 0)
  const isMarked = ({ name, group }: HostSketch) => marked.some((mark) => mark === name || (group !== undefined && mark === group))
  const lines = placed.map(({ host }) => {
    const from = (host.via === undefined ? undefined : positions.get(host.via)) ?? origin
    const to = positions.get(host.name) ?? origin
    const [startX, startY, endY] = [from.x + width, from.y + height / 2, to.y + height / 2]
    const bend = (to.x - startX) / 2
    const way = `M ${startX} ${startY} C ${startX + bend} ${startY} ${to.x - bend} ${endY} ${to.x} ${endY}`
    return svg('path', { class: isMarked(host) ? 'way marked' : 'way', d: way })
  })
  const boxes = [
    box(origin, 'this computer', '', false),
    ...placed.map(({ host }) => box(positions.get(host.name) ?? origin, host.name, host.address, isMarked(host))),
  ]
  const named = placed.filter(({ host }) => isMarked(host)).map(({ host }) => host.name)
  const label = `${hosts.length} machines${named.length === 0 ? '' : `; what failed first was on ${named.join(', ')}`}`
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${whole.width} ${whole.height}`, width: whole.width, height: whole.height, role: 'img', 'aria-label': label },
    ...lines,
    ...boxes,
  )
  const caption =
    named.length === 0 ? [] : [h('p', { class: 'quiet' }, `Marked: where the step acted that failed first (${named.join(', ')}).`)]
  return [
    section(
      'testbed',
      'The testbed',
      h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'picture of the testbed' }, picture),
      ...caption,
    ),
  ]
}

function box({ x, y }: { readonly x: number; readonly y: number }, name: string, address: string, isMarked: boolean): SVGElement {
  const { width, height } = size
  const texts = [
    svg(
      'text',
      { class: 'name', x: x + 12, y: address === '' ? y + height / 2 + 5 : y + 19 },
      name.length > 24 ? `${name.slice(0, 23)}…` : name,
    ),
    ...(address === ''
      ? []
      : [svg('text', { class: 'address', x: x + 12, y: y + 35 }, address.length > 26 ? `${address.slice(0, 25)}…` : address)]),
  ]
  return svg(
    'g',
    { class: isMarked ? 'machine marked' : 'machine' },
    svg('title', {}, `${name} ${address}`),
    svg('rect', { x, y, width, height, rx: 8 }),
    ...texts,
  )
}
