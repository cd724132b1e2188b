import { countOf } from '../../system/count-of.ts'

/** The most lines of a text that are shown. */
const shownLines = 20
/** How many of them are its first, when nothing in it is known to matter: what began it often tells as much as what ended it. */
const firstLines = 5
/** The most of a line that is shown, in characters. */
const widest = 300

/**
 * A text cut to what matters.
 *
 * @param matters  the numbers of the lines that matter, from 0, in rising order: they are shown with those around them
 * @param marks    parts of lines that matter: a long line is cut around the first that it has
 * @returns at most about twenty lines; where lines are left out, one says how many
 */
export function excerptLines(lines: readonly string[], matters: readonly number[] = [], marks: readonly string[] = []): readonly string[] {
  const kept = lines.length <= shownLines ? lines.map(() => true) : keepAround(lines.length, matters)
  const shown: string[] = []
  let left = 0
  const tellLeft = (where: string) => {
    if (left > 0) shown.push(`… ${countOf(left, 'line')}${where}`)
    left = 0
  }
  for (const [index, line] of lines.entries()) {
    if (kept[index] === true) {
      tellLeft(shown.length === 0 ? ' before' : '')
      shown.push(cutLine(line, marks))
    } else left += 1
  }
  tellLeft(' more')
  return shown
}

function keepAround(count: number, matters: readonly number[]): readonly boolean[] {
  const kept = Array.from({ length: count }, () => false)
  if (matters.length === 0) return kept.map((_, index) => index < firstLines || index >= count - (shownLines - firstLines))
  // Of many places the first few are shown: each has lines around it, or it would say nothing.
  const places = matters.slice(0, 4)
  const around = Math.floor(shownLines / places.length / 2)
  for (const place of places)
    for (let index = Math.max(0, place - around); index < Math.min(count, place + around); index += 1) kept[index] = true
  return kept
}

/** A line cut to a width that can be read, around a part of it that matters. */
function cutLine(line: string, marks: readonly string[]): string {
  if (line.length <= widest) return line
  const mark = marks.find((part) => line.includes(part))
  const middle = mark === undefined ? 0 : line.indexOf(mark) + Math.min(mark.length, widest) / 2
  const start = Math.max(0, Math.min(Math.round(middle - widest / 2), line.length - widest))
  const [before, after] = [start, line.length - start - widest]
  return `${before > 0 ? `… ${countOf(before, 'character')} before: ` : ''}${line.slice(start, start + widest)}${after > 0 ? ` … ${countOf(after, 'character')} more` : ''}`
}
