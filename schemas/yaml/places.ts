import type { Place } from '../problem.ts'
import type { LocatedScalar } from './located-node.ts'
import { locateCharacters } from './scalar-source.ts'

/** The place of the characters from one offset of a text to another, of those on the first line of them. */
export type PlaceAt = (from: number, to: number) => Place

/** Finds places in a text. */
export function placesIn(text: string, file: string): PlaceAt {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return (from, to) => {
    const offset = Math.min(from, text.length)
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    const lineEnd = (starts[low + 1] ?? text.length + 1) - 1
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1, length: Math.max(Math.min(to, lineEnd) - from, 1) }
  }
}

/** A scalar that stands from one offset of a text to another. @param source  the text of a plain one, as written */
export function scalarAt(
  text: string,
  placeAt: PlaceAt,
  [from, to]: readonly [number, number],
  value: LocatedScalar['value'],
  source: string | undefined,
): LocatedScalar {
  let offsets: readonly number[] | undefined
  const locate = (index: number): Place => {
    offsets ??= locateCharacters(text.slice(from, to), source ?? String(value))
    const offset = from + (offsets[index] ?? to - from)
    return placeAt(offset, offset + 1)
  }
  return { kind: 'scalar', value, ...(source === undefined ? {} : { source }), locate, place: placeAt(from, to) }
}
