import { displayWidth, escapeInvisible, replaceControls, showOnOneLine } from '../system/display.ts'
import { wrapText } from '../system/wrap-text.ts'
import type { Place, Problem } from './problem.ts'

/** How to colour parts of a message: the functions of picocolors fit. */
export interface Palette {
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

/** The most and the least that is shown of a line of source, in characters. */
const [widest, narrowest] = [120, 20]

function same(text: string): string {
  return text
}
const plain: Palette = { red: same, yellow: same, cyan: same, bold: same, dim: same }

/**
 * A problem as text for a person: `file:line:column`, what was found, three lines of the source with a caret, what was expected, what to do.
 *
 * @param source   the text of the file that `problem.place` names; without it no lines are shown
 * @param palette  colours; none unless given
 * @param columns  of the terminal: sentences are broken between words, lines of the source are cut around the place
 * @returns        lines, no line end after the last
 */
export function renderProblem(problem: Problem, source?: string, palette: Palette = plain, columns?: number): string {
  const { place, severity, message, code, expected, hint } = problem
  const tint = severity === 'error' ? palette.red : severity === 'warning' ? palette.yellow : palette.cyan
  const where = place === undefined ? '' : `${palette.bold(`${showOnOneLine(place.file)}:${place.line}:${place.column}`)}: `
  const sentence = (text: string): string => wrapText(text, columns, '    ')
  const lines = [sentence(`${where}${tint(`${severity}:`)} ${escapeInvisible(message)} ${palette.dim(`[${code}]`)}`)]
  if (place !== undefined && source !== undefined) lines.push(...excerpt(place, source, tint, palette, columns ?? widest + 20))
  if (expected !== undefined) lines.push(sentence(`  ${palette.dim('expected:')} ${escapeInvisible(expected)}`))
  if (hint !== undefined) lines.push(sentence(`  ${palette.dim('do:')} ${escapeInvisible(hint)}`))
  return lines.join('\n')
}

function excerpt(place: Place, source: string, tint: Palette['red'], palette: Palette, columns: number): readonly string[] {
  const lines = linesOf(source)
  const first = Math.max(1, place.line - 1)
  const last = Math.min(lines.length, place.line + 1)
  const gutter = String(last).length + 2
  const room = Math.max(narrowest, Math.min(widest, columns - gutter - 5))
  // A place far to the right is shown in the middle of what is shown.
  const start = place.column > room - 20 ? Math.max(0, place.column - Math.floor(room / 2)) : 0
  const shown: string[] = []
  for (let line = first; line <= last; line += 1) {
    const whole = replaceControls(lines[line - 1] ?? '')
    const text = `${start > 0 && whole !== '' ? '…' : ''}${whole.slice(start, start + room)}${whole.length > start + room ? '…' : ''}`
    if (line > place.line && text.trim() === '' && line === lines.length) continue
    shown.push(`${palette.dim(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd())
    if (line === place.line) {
      const at = place.column - 1 - start + (start > 0 ? 1 : 0)
      // A tab stays a tab, so that the caret stands under its character.
      const before = text
        .slice(0, at)
        .split('\t')
        .map((part) => ' '.repeat(displayWidth(part)))
        .join('\t')
      const carets = '^'.repeat(Math.max(1, displayWidth(text.slice(at, at + place.length))))
      shown.push(`${palette.dim(`${' '.repeat(gutter)} |`)} ${before}${tint(carets)}`)
    }
  }
  return shown
}

/** The lines of the text that was shown last: a file with many problems is divided once. */
let divided: { readonly source: string; readonly lines: readonly string[] } | undefined

function linesOf(source: string): readonly string[] {
  if (divided?.source !== source) divided = { source, lines: source.replace(/^\ufeff/, '').split(/\r?\n/) }
  return divided.lines
}
