import type { SeenAttempt, StepResult } from '../../schemas/event.ts'
import type { Until } from '../../schemas/scenario.ts'
import { countOf } from '../../system/count-of.ts'
import { renderDuration } from '../time/render-duration.ts'

/**
 * Why it is not known of a step that none of its kept attempts held that it would not have held in its time; undefined when that is known.
 *
 * @param ended  what the step came to in the run
 * @param kept   the attempts that were judged again
 * @param last   what did not hold of the last one
 */
export function whyUnknown(
  { outcome, withinMs, attempts }: Pick<StepResult, 'outcome' | 'withinMs' | 'attempts'>,
  kept: readonly SeenAttempt[],
  until: Pick<Until, 'withinMs'>,
  last: string,
): string | undefined {
  const end = kept.at(-1)
  const elapsedMs = end?.elapsedMs ?? 0
  const state = `; what was seen last: ${last}`
  const gap = gapIn(kept)
  if (gap !== undefined) return `attempts ${gap.from} to ${gap.to} are not kept${state}`
  if (elapsedMs >= until.withinMs) return undefined
  if (withinMs === undefined || outcome === 'passed')
    return `the run looked ${attempts === 1 ? 'once' : `${countOf(attempts, 'time')}, in ${renderDuration(elapsedMs)}`}, since it held then, and \`within:\` is ${renderDuration(until.withinMs)}${state}`
  if (withinMs >= until.withinMs) return undefined
  return `the run gave it ${renderDuration(withinMs)}, and \`within:\` is ${renderDuration(until.withinMs)} now${state}`
}

/** The first attempts between two that are kept which are not. */
function gapIn(kept: readonly SeenAttempt[]): { readonly from: number; readonly to: number } | undefined {
  let next = 1
  for (const { attempt, alike = 0 } of kept) {
    if (attempt > next) return { from: next, to: attempt - 1 }
    next = attempt + alike + 1
  }
  return undefined
}
