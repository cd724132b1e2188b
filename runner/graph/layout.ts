import { boxFacts, describeRole, machineFacts, networkFacts } from './boxes.ts'
import type { Box, Picture } from './boxes.ts'
import type { GraphNetwork, MachineNode } from '../../schemas/graph.ts'
import { cardOf, fitting, lineHeight, padding, widthOf } from './measure.ts'
import { placeArrows } from './place-arrows.ts'
import type { PlacedArrow } from './place-arrows.ts'

/** A rectangle with lines of text at its top, in pixels. */
export interface Frame {
  readonly kind: 'outside' | 'testbed' | 'network' | 'group' | 'machine' | 'role'
  readonly lines: readonly string[]
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Of a machine: its name. */
  readonly host?: string
  /** A machine that does not run. */
  readonly isDown?: boolean
}

/** Everything of a picture with its place. */
export interface Layout {
  readonly width: number
  readonly height: number
  /** From behind to before. */
  readonly frames: readonly Frame[]
  readonly arrows: readonly PlacedArrow[]
}

const gap = 18
const margin = 16

/** Places a picture: who comes from outside on the left, public networks, then private ones and groups that hold no machine; roles below. */
export function layOut({ graph, outside, boxes, arrows }: Picture): Layout {
  const labels = Math.max(0, ...arrows.map(({ what }) => widthOf(fitting(what.join(', ')))))
  const gutter = labels === 0 ? 2 * gap : labels + 80
  const ends = (id: string) => arrows.filter((arrow) => arrow.from === id || arrow.to === id).length
  const blocks = graph.networks.map((network) =>
    networkBlock(
      network,
      boxes.filter((box) => box.network === network),
      ends,
    ),
  )
  const free = boxes.filter(({ network }) => network === undefined).map((box) => boxBlock(box, ends(box.id)))
  const columns = [
    blocks.filter((_, index) => graph.networks[index]?.isPublic === true),
    [...blocks.filter((_, index) => graph.networks[index]?.isPublic !== true), ...free],
  ]
    .filter((column) => column.length > 0)
    .map((column) => stack(column))
  const cards = outside.map((cidr) => ({ ...leaf('outside', cidr, cardOf([cidr])), height: Math.max(42, 24 * ends(cidr)) }))
  const left = stack(cards)
  const title = [fitting(`testbed ${graph.name}`), fitting([graph.place, graph.cidr].filter(Boolean).join(' · '))]
  const inner = beside(columns, gutter)
  const head = title.length * lineHeight + padding
  // Arrows between two of one column bend around it on its right.
  const isBent = arrows.some(({ from, to }) => columns.some((column) => holds(column, from) && holds(column, to)))
  const bed: Block = {
    width: Math.max(inner.width + (isBent ? gutter : 0), ...title.map(widthOf)) + 2 * gap,
    height: inner.height + head + gap,
    frames: [],
    children: [{ block: inner, x: gap, y: head }],
  }
  const framed = frame('testbed', title, bed)
  const whole = beside(cards.length === 0 ? [framed] : [left, framed], gutter)
  const roles = graph.roles.map(({ id, name }) => leaf('role', id, cardOf([`IAM role ${name}`, ...describeRole(graph, id)])))
  const all = stack([whole, ...(roles.length === 0 ? [] : [wrap(roles, whole.width)])])
  const placed = flatten(all, margin, margin)
  return {
    width: all.width + 2 * margin,
    height: all.height + 2 * margin,
    frames: placed.map(({ frame: each }) => each),
    arrows: placeArrows(arrows, (id) => findPlace(placed, id)),
  }
}

/** A part of the picture whose place is not known yet. */
interface Block {
  readonly width: number
  readonly height: number
  readonly frames: readonly { readonly id?: string; readonly frame: Frame }[]
  readonly children: readonly { readonly block: Block; readonly x: number; readonly y: number }[]
}

function networkBlock(network: GraphNetwork, boxes: readonly Box[], ends: (id: string) => number): Block {
  const [name, ...facts] = networkFacts(network)
  return titled('network', undefined, [name, facts.join(' · ')], stack(boxes.map((box) => boxBlock(box, ends(box.id)))))
}

function boxBlock(box: Box, ends: number): Block {
  const { id, machines } = box
  const inner = wrap(machines.map(machineBlock), Math.min(1000, 230 * Math.ceil(Math.sqrt(machines.length))))
  return titled('group', id, boxFacts(box), inner, 26 * (ends + 1))
}

function machineBlock(machine: MachineNode): Block {
  const { name, state } = machine
  const block = leaf('machine', undefined, cardOf([name, ...machineFacts(machine)]))
  const isDown = state !== undefined && state !== 'running' && state !== 'up'
  return { ...block, frames: block.frames.map(({ frame: each }) => ({ frame: { ...each, host: name, ...(isDown ? { isDown } : {}) } })) }
}

function leaf(kind: Frame['kind'], id: string | undefined, { lines, width, height }: ReturnType<typeof cardOf>): Block {
  return frame(kind, lines, { width, height, frames: [], children: [] }, id)
}

/** A frame around a block, as large as that is. */
function frame(kind: Frame['kind'], lines: readonly string[], block: Block, id?: string): Block {
  const { width, height } = block
  return { ...block, frames: [{ ...(id === undefined ? {} : { id }), frame: { kind, lines, x: 0, y: 0, width, height } }, ...block.frames] }
}

/** A frame with lines at its top around a block. */
function titled(kind: Frame['kind'], id: string | undefined, lines: readonly string[], inner: Block, least = 0): Block {
  const { lines: kept, width, height } = cardOf(lines)
  const isEmpty = inner.height === 0
  return frame(
    kind,
    kept,
    {
      width: Math.max(width, inner.width + 2 * padding),
      height: Math.max(least, height + (isEmpty ? 0 : inner.height + padding)),
      frames: [],
      children: [{ block: inner, x: padding, y: height }],
    },
    id,
  )
}

function stack(blocks: readonly Block[]): Block {
  const tops = blocks.map((_, index) => blocks.slice(0, index).reduce((sum, { height }) => sum + height + gap, 0))
  return {
    width: Math.max(0, ...blocks.map(({ width }) => width)),
    height: Math.max(0, ...blocks.map(({ height }, index) => (tops[index] ?? 0) + height)),
    frames: [],
    children: blocks.map((block, index) => ({ block, x: 0, y: tops[index] ?? 0 })),
  }
}

function beside(blocks: readonly Block[], between: number): Block {
  const lefts = blocks.map((_, index) => blocks.slice(0, index).reduce((sum, { width }) => sum + width + between, 0))
  const height = Math.max(0, ...blocks.map((block) => block.height))
  return {
    width: Math.max(0, ...blocks.map(({ width }, index) => (lefts[index] ?? 0) + width)),
    height,
    frames: [],
    children: blocks.map((block, index) => ({ block, x: lefts[index] ?? 0, y: (height - block.height) / 2 })),
  }
}

/** Blocks in rows that are not wider than they may be. */
function wrap(blocks: readonly Block[], most: number): Block {
  const rows: Block[][] = []
  for (const block of blocks) {
    const row = rows.at(-1)
    const used = (row ?? []).reduce((sum, { width }) => sum + width + gap, 0)
    if (row === undefined || used + block.width > most) rows.push([block])
    else row.push(block)
  }
  return stack(rows.map((row) => ({ ...beside(row, gap), children: beside(row, gap).children.map((child) => ({ ...child, y: 0 })) })))
}

function holds(block: Block, id: string): boolean {
  return block.frames.some((each) => each.id === id) || block.children.some((child) => holds(child.block, id))
}

/** What is placed, and the frames that it stands in. */
interface Placed {
  readonly id?: string
  readonly frame: Frame
  readonly within: readonly Frame[]
}

function flatten(block: Block, x: number, y: number, within: readonly Frame[] = []): readonly Placed[] {
  const own = block.frames.map((each) => ({ ...each, frame: { ...each.frame, x, y }, within }))
  const inside = [...within, ...own.map(({ frame: each }) => each)]
  return [...own, ...block.children.flatMap((child) => flatten(child.block, x + child.x, y + child.y, inside))]
}

function findPlace(placed: readonly Placed[], id: string): { readonly frame: Frame; readonly within: readonly Frame[] } | undefined {
  return placed.find((each) => each.id === id)
}
