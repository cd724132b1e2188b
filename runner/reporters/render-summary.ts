import type { Event, Outcome } from '../../schemas/event.ts'
import type { Palette } from '../../schemas/render-problem.ts'
import { renderDuration } from '../time/render-duration.ts'
import { countOf } from '../../system/count-of.ts'

/** One colour for each outcome. */
export function tintOutcome(outcome: Outcome, palette: Palette): (text: string) => string {
  return { passed: palette.cyan, failed: palette.red, errored: palette.red, skipped: palette.yellow }[outcome]
}

/** The last lines of a run: how many scenarios came to what, how much was asserted, how long it took. */
export function renderSummary(event: Extract<Event, { type: 'run-ended' }>, palette: Palette): string {
  const counts = (['passed', 'failed', 'errored', 'skipped'] as const)
    .filter((outcome) => event.counts[outcome] > 0)
    .map((outcome) => tintOutcome(outcome, palette)(`${event.counts[outcome]} ${outcome}`))
  const scenarios = counts.length === 0 ? 'no scenario ran' : `scenarios: ${counts.join(', ')}`
  const line = `${scenarios}; ${countOf(event.assertions, 'assertion')} in ${renderDuration(event.durationMs)}`
  const notes = [
    ...(event.interrupted ? ['the run was interrupted: this is what is known of it'] : []),
    ...(event.assertions === 0 ? ['nothing was asserted, so that nothing was shown: the run is red'] : []),
  ]
  return [line, ...notes.map((note) => palette.yellow(note))].join('\n')
}
