import type { StepResult } from '../../../schemas/event.ts'
import type { RunReport } from '../../report.ts'
import { describeResult } from './describe-result.ts'
import type { PageStep } from './page-data.ts'

/** The longest that a text of a result may be, of what did not hold and of what did; in characters. */
const longest = { failed: 20_000, passed: 2000 }
/** What the results of all steps may take together, in characters: a page has to open at once. */
const mostOfResults = 3_000_000

/** The results that have their place in the page, those of what did not hold first, and how many have none. */
export function shareResults({ scenarios }: RunReport): {
  readonly of: ReadonlyMap<StepResult, PageStep['result']>
  readonly leftOut: number
} {
  const of = new Map<StepResult, PageStep['result']>()
  const steps = scenarios.flatMap((scenario) => scenario.steps)
  const held = (step: StepResult) => step.outcome === 'passed' || step.outcome === 'skipped'
  let [room, leftOut] = [mostOfResults, 0]
  for (const step of [...steps.filter((each) => !held(each)), ...steps.filter(held)]) {
    // What a step that holds others came to is told by those.
    if (step.cause !== undefined) continue
    const result = describeResult(step.result, held(step) ? longest.passed : longest.failed)
    const size = result.reduce((sum, { name, text }) => sum + name.length + text.length + 30, 0)
    if (size > room) leftOut += 1
    else of.set(step, result)
    if (size <= room) room -= size
  }
  return { of, leftOut }
}
