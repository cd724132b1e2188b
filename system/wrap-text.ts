import { displayWidth } from './display.ts'

/** The sequences that colour text on a terminal; they take no column. */
// oxlint-disable-next-line no-control-regex
const colourSequence = /\u001b\[[0-9;]*m/g

/**
 * Breaks a text between its words, so that no line is wider than a terminal. A word that is wider stays whole, and so do line ends.
 *
 * @param columns  undefined: nothing is broken
 * @param hanging  what stands before every line but the first of those that a line becomes
 */
export function wrapText(text: string, columns: number | undefined, hanging = ''): string {
  return columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrapLine(line, columns, hanging))
        .join('\n')
}

function wrapLine(line: string, columns: number, hanging: string): string {
  if (shownWidth(line) <= columns) return line
  const indent = /^\s*/.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = indent
  for (const word of line.slice(indent.length).split(' ')) {
    const isFirst = current === indent || current === hanging
    const longer = isFirst ? `${current}${word}` : `${current} ${word}`
    if (isFirst || shownWidth(longer) <= columns) current = longer
    else {
      lines.push(current)
      current = `${hanging}${word}`
    }
  }
  return [...lines, current].join('\n')
}

function shownWidth(text: string): number {
  return displayWidth(text.replaceAll(colourSequence, ''))
}
