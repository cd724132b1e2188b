import type { Tried } from '../../schemas/event.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { renderDuration } from '../time/render-duration.ts'
import { oneLine } from './visible-text.ts'

/** The most lines that tell what attempts came to: the first and the last ones. */
const [firstLines, lastLines] = [2, 3]

/** What the attempts of a step saw, those that saw the same as one line; empty when all saw the same, which is told anyway. */
export function renderHistory(history: readonly Tried[], palette: Palette): string {
  const spans = joinSame(history)
  if (spans.length < 2) return ''
  const lines = spans.map(([from, to]) => {
    const numbers = from.attempt === to.attempt ? `${from.attempt}` : `${from.attempt}–${to.attempt}`
    const seen = from.outcome === 'passed' ? 'it held' : `${from.outcome}: ${oneLine(from.seen)}`
    return `  ${numbers} (${renderDuration(to.elapsedMs)}) ${seen}`
  })
  const left = lines.length - firstLines - lastLines
  const shown = left <= 0 ? lines : [...lines.slice(0, firstLines), `  … ${left} more, in the JSON report`, ...lines.slice(-lastLines)]
  return palette.dim(['attempts, and when each had ended:', ...shown].join('\n'))
}

/** Attempts one after the other that came to the same, by the first and the last of them. */
function joinSame(history: readonly Tried[]): readonly (readonly [Tried, Tried])[] {
  const spans: (readonly [Tried, Tried])[] = []
  for (const tried of history) {
    const [from] = spans.at(-1) ?? []
    if (from !== undefined && from.outcome === tried.outcome && from.seen === tried.seen) spans[spans.length - 1] = [from, tried]
    else spans.push([tried, tried])
  }
  return spans
}
