import type { Frame, Layout } from './layout.ts'
import { lineHeight, padding } from './measure.ts'
import type { PlacedArrow } from './place-arrows.ts'

/** An element of SVG as plain data, with what is inside of it: elements, or a text. The attributes are numbers in pixels, or texts. A machine
 *  has its name as `data-host`. */
export interface Shape {
  readonly name: 'defs' | 'g' | 'marker' | 'path' | 'rect' | 'text'
  readonly attributes: Readonly<Record<string, string | number>>
  readonly inside: readonly Shape[] | string
}

const arrowHead = shape(
  'marker',
  { id: 'arrow-head', viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, orient: 'auto' },
  [shape('path', { d: 'M 0 0 L 10 5 L 0 10 z' })],
)

/** What a layout is drawn with, from behind to before; classes say what is what, and a style how it looks. */
export function shapesOf({ frames, arrows }: Layout): readonly Shape[] {
  return [
    shape('defs', {}, [arrowHead]),
    // Frames hold each other; what an arrow passes stays readable, and its label lies above all.
    ...frames.filter(({ kind }) => kind !== 'machine').map(frameShape),
    ...arrows.map(({ path }) => shape('path', { class: 'way', d: path, 'marker-end': 'url(#arrow-head)' })),
    ...frames.filter(({ kind }) => kind === 'machine').map(frameShape),
    ...arrows.map(labelShape),
  ]
}

/** A measure as it is written down: a tenth of a pixel is not seen. */
export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function frameShape({ kind, lines, x, y, width, height, host, isDown = false }: Frame): Shape {
  const texts = lines.map((line, index) => {
    const at = { x: round(x + padding), y: round(y + padding + 9 + index * lineHeight) }
    return shape('text', { class: index === 0 ? 'name' : 'quiet', ...at }, line)
  })
  const box = shape('rect', { x: round(x), y: round(y), width: round(width), height: round(height), rx: 6 })
  const whose = host === undefined ? {} : { 'data-host': host }
  return shape('g', { class: `${kind}${isDown ? ' down' : ''}`, ...whose }, [box, ...texts])
}

function labelShape({ label: { text, x, y, anchor } }: PlacedArrow): Shape {
  return shape('text', { class: 'label', x: round(x), y: round(y), 'text-anchor': anchor }, text)
}

function shape(name: Shape['name'], attributes: Shape['attributes'], inside: Shape['inside'] = []): Shape {
  return { name, attributes, inside }
}
