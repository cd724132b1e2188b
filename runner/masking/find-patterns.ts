import type { Automaton } from './automaton.ts'
import { isSpace } from './pattern.ts'
import type { Pattern } from './pattern.ts'
import type { View } from './view.ts'

/** How many bytes are looked at again for each byte of a view, to tell whether white space stands where it may. */
const mostLooks = 8

/**
 * Notes where patterns stand in a view, whatever white space a fold has put in between. A text that is one repetition of a long pattern is a
 * place of it at every step, and to look at the white space of each would take the product of both lengths: after so many looks all that is
 * the pattern but for white space is noted.
 *
 * @param found  is told the index of the first character of the text, and that after the last
 */
export function findPatterns({ bytes, starts, ends }: View, automaton: Automaton, found: (from: number, to: number) => void): void {
  let state = 0
  let window = -1
  /** Where the last white space stands. */
  let space = -1
  let looks = mostLooks * bytes.length
  /** Where the bytes stand that are no white space. */
  const inked = new Int32Array(bytes.length)
  let count = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (isSpace(byte)) {
      space = at
      continue
    }
    inked[count] = at
    count += 1
    window = (window << 8) | byte
    state = automaton.next(state, byte, window)
    if (state === 0) continue
    for (const pattern of automaton.endings(state)) {
      const { length } = pattern.bytes
      const isGapless = pattern.gaps === undefined && space <= at - length
      if (!isGapless) looks -= length
      const first = isGapless || looks < 0 ? inked[count - length] : firstOf(bytes, at, pattern)
      if (first === undefined) continue
      found(starts[first] ?? 0, ends[at] ?? 0)
      // The others that end here are within this one.
      break
    }
  }
}

/** Where a pattern begins whose bytes end at an index; undefined when white space stands where it does not belong. A fold may stand
 *  anywhere, and in the place of any white space; within a line it stands where it does in the pattern. */
function firstOf(view: Uint8Array, end: number, { bytes, gaps }: Pattern): number | undefined {
  let at = end
  for (let index = bytes.length - 1; index > 0; index -= 1) {
    const wanted = gaps?.[index] ?? 0
    let hasBlank = false
    let hasFold = false
    for (at -= 1; isSpace(view[at] ?? 0); at -= 1) {
      if (view[at] === 10 || view[at] === 13) hasFold = true
      else hasBlank = true
    }
    if (!hasFold && (hasBlank ? wanted === 0 : wanted === 1)) return undefined
  }
  return at
}
