import type { Pattern } from './pattern.ts'

/** How many bytes the window has. A pattern has as many at least: a place where none begins is passed by its next bytes, all at once. */
const windowLength = 4

/**
 * Finds many texts in one pass, in a time that does not depend on how many they are or how they resemble each other (Aho and Corasick, 1975).
 * A state is a number, and stands for the longest beginning of a pattern that the bytes so far end with; 0 for one that is shorter than
 * the window.
 */
export interface Automaton {
  readonly patterns: readonly Pattern[]
  /** The state after one more byte. @param window  the last bytes, that one included, as one number of 32 bits */
  next(state: number, byte: number, window: number): number
  /** Patterns that end in a state, the longest first. */
  endings(state: number): readonly Pattern[]
}

const noPatterns: readonly Pattern[] = []

/** Builds the automaton of some patterns, each at least as long as the window. */
export function buildAutomaton(patterns: readonly Pattern[]): Automaton {
  const most = patterns.reduce((sum, { bytes }) => sum + bytes.length, 1)
  const byteOf = new Uint8Array(most)
  const windowOf = new Int32Array(most)
  const firstChild = new Int32Array(most)
  const sibling = new Int32Array(most)
  const fallback = new Int32Array(most)
  const first = new Map<number, number>()
  const maybeFirst = new Uint8Array(65_536)
  const ending = new Map<number, readonly Pattern[]>()
  let states = 1

  const childOf = (state: number, byte: number): number => {
    let child = firstChild[state] ?? 0
    while (child !== 0 && byteOf[child] !== byte) child = sibling[child] ?? 0
    return child
  }
  const next = (from: number, byte: number, window: number): number => {
    for (let state = from; state !== 0; state = fallback[state] ?? 0) {
      const child = childOf(state, byte)
      if (child !== 0) return child
    }
    return maybeFirst[hashOf(window)] === 1 ? (first.get(window) ?? 0) : 0
  }
  const addState = (byte: number, window: number): number => {
    byteOf[states] = byte
    windowOf[states] = window
    states += 1
    return states - 1
  }

  for (const pattern of patterns) {
    let state = 0
    let window = 0
    for (let index = 0; index < pattern.bytes.length; index += 1) {
      const byte = pattern.bytes[index] ?? 0
      window = (window << 8) | byte
      if (index < windowLength - 1) continue
      if (state === 0) {
        state = first.get(window) ?? addState(byte, window)
        first.set(window, state)
        maybeFirst[hashOf(window)] = 1
        continue
      }
      let child = childOf(state, byte)
      if (child === 0) {
        child = addState(byte, window)
        sibling[child] = firstChild[state] ?? 0
        firstChild[state] = child
      }
      state = child
    }
    ending.set(state, [...(ending.get(state) ?? []), pattern])
  }
  // Those of fewer bytes first: a state falls back to one of fewer, and what ends there ends here, too.
  const order = [...first.values()]
  for (const state of order) {
    for (let child = firstChild[state] ?? 0; child !== 0; child = sibling[child] ?? 0) {
      const back = next(fallback[state] ?? 0, byteOf[child] ?? 0, windowOf[child] ?? 0)
      fallback[child] = back
      const shorter = ending.get(back)
      if (shorter !== undefined) ending.set(child, [...(ending.get(child) ?? []), ...shorter])
      order.push(child)
    }
  }
  return { patterns, next, endings: (state) => ending.get(state) ?? noPatterns }
}

function hashOf(window: number): number {
  return Math.imul(window, 0x9e37_79b1) >>> 16
}
