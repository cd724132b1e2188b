import type { Arrow } from './boxes.ts'
import type { Frame } from './layout.ts'
import { fitting, widthOf } from './measure.ts'

/** An arrow with its place. */
export interface PlacedArrow {
  /** The data of an SVG path. */
  readonly path: string
  readonly label: { readonly text: string; readonly x: number; readonly y: number; readonly anchor: 'start' | 'end' }
}

/** A place, and the frames that it stands in. */
interface Place {
  readonly frame: Frame
  readonly within: readonly Frame[]
}

type Side = 'left' | 'right'

/** One end of an arrow, at a side of a frame. */
interface End {
  readonly arrow: Arrow
  readonly id: string
  readonly place: Place
  readonly other: Place
  readonly side: Side
}

/** How far from a frame an arrow that bends around a column goes. */
const bend = 34

/** Places arrows so that those at one side of a frame share its height, and the label of each stands before the frames that it goes into. */
export function placeArrows(arrows: readonly Arrow[], placeOf: (id: string) => Place | undefined): readonly PlacedArrow[] {
  const ends = arrows.flatMap((arrow): readonly (readonly [End, End])[] => {
    const [from, to] = [placeOf(arrow.from), placeOf(arrow.to)]
    if (from === undefined || to === undefined) return []
    const [leave, enter] = sidesOf(from.frame, to.frame)
    return [
      [
        { arrow, id: arrow.from, place: from, other: to, side: leave },
        { arrow, id: arrow.to, place: to, other: from, side: enter },
      ],
    ]
  })
  const all = ends.flat()
  const heightOf = (end: End): number => {
    const same = all.filter((each) => each.id === end.id && each.side === end.side).toSorted((a, b) => middle(a.other) - middle(b.other))
    const { y, height } = end.place.frame
    return y + (height * (same.indexOf(end) + 1)) / (same.length + 1)
  }
  return ends.map(([start, end]) => draw(start, heightOf(start), end, heightOf(end)))
}

/** Frames above each other are joined on their right, others where they face each other. */
function sidesOf(from: Frame, to: Frame): readonly [Side, Side] {
  if (from.x + from.width <= to.x) return ['right', 'left']
  return from.x >= to.x + to.width ? ['left', 'right'] : ['right', 'right']
}

function draw(start: End, startHeight: number, end: End, endHeight: number): PlacedArrow {
  const text = fitting(end.arrow.what.join(', '))
  const [x1, x2] = [Math.round(edge(start.place.frame, start.side)), Math.round(edge(end.place.frame, end.side))]
  const [y1, y2] = [Math.round(startHeight), Math.round(endHeight)]
  const before = [end.place.frame, ...end.place.within.filter((frame) => !start.place.within.includes(frame))]
  const outer = end.side === 'left' ? Math.min(...before.map(({ x }) => x)) : Math.max(...before.map(({ x, width }) => x + width))
  const away = end.side === 'left' ? -1 : 1
  const near = Math.round(outer + away * 10)
  if (start.side === end.side) {
    const far = Math.max(near, x1) + bend
    const turn = Math.sign(y2 - y1) * 12
    return {
      path: `M ${x1} ${y1} H ${far - 12} Q ${far} ${y1} ${far} ${y1 + turn} V ${y2 - turn} Q ${far} ${y2} ${far - 12} ${y2} H ${x2}`,
      label: { text, x: far + 6, y: (y1 + y2) / 2 + 4, anchor: 'start' },
    }
  }
  // The line is straight below its label.
  const far = Math.round(near + away * (widthOf(text) + 12))
  const half = Math.round((x1 + far) / 2)
  return {
    path: `M ${x1} ${y1} C ${half} ${y1} ${half} ${y2} ${far} ${y2} H ${x2}`,
    label: { text, x: near, y: y2 - 5, anchor: end.side === 'left' ? 'end' : 'start' },
  }
}

function edge({ x, width }: Frame, side: Side): number {
  return side === 'left' ? x : x + width
}

function middle({ frame: { y, height } }: Place): number {
  return y + height / 2
}
