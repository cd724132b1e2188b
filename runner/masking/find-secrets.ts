import type { Automaton } from './automaton.ts'
import { findPatterns } from './find-patterns.ts'
import { uncolour, unescapeForm, unescapes, unfold } from './unescape.ts'
import { unpack } from './unpack.ts'
import { viewText } from './view.ts'
import type { View } from './view.ts'

/** Where something to be hidden stands in a text: the index of its first character, and that after its last. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A text is searched in parts of so many characters, each with the beginning of the next: a secret stands in one of them as a whole. */
const [partLength, overlap] = [262_144, 65_536]

/** Where secrets stand in a text, in its order and apart from each other: as they are, folded into lines, escaped for JSON, a URL, XML or a
 *  shell, once or twice, parted by colours, in hexadecimal or base64, and these escaped. The time is that of the text's length.
 *  @param least  how many bytes the shortest pattern has */
export function findSecrets(text: string, automata: readonly Automaton[], least: number): readonly Span[] {
  const spans: Span[] = []
  for (let from = 0; from === 0 || from + overlap < text.length; from += partLength) {
    const note = (first: number, end: number) => {
      const last = spans.at(-1)
      // What repeats itself is found at each of its places, and noted once.
      if (last === undefined || from + first < last.from || from + first >= last.to) spans.push({ from: from + first, to: from + end })
      else spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, from + end) }
    }
    for (const view of viewsOf(viewText(text.slice(from, from + partLength + overlap)), least))
      for (const automaton of automata) findPatterns(view, automaton, note)
  }
  return joinSpans(spans)
}

function* viewsOf(whole: View, least: number): Generator<View> {
  yield whole
  yield* unpack(whole, least, false)
  const form = unescapeForm(whole)
  if (form !== undefined) yield form
  for (const undo of [unfold, uncolour, ...unescapes]) {
    const once = undo(whole)
    if (once === undefined) continue
    // What is folded outside of escapes is found without.
    if (undo !== unfold) {
      yield once
      yield* unpack(once, least, undo !== uncolour)
    }
    for (const unescape of undo === uncolour ? unescapes : [...unescapes, uncolour]) {
      const twice = unescape(once)
      if (twice !== undefined) yield twice
    }
  }
}

/** Spans that touch without a character between them are one only where they overlap: two secrets side by side are two. */
function joinSpans(spans: Span[]): readonly Span[] {
  const joined: Span[] = []
  for (const { from, to } of spans.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || from >= last.to) joined.push({ from, to })
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) }
  }
  return joined
}
