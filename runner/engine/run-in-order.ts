import type { StepResult } from '../../schemas/event.ts'
import type { Step } from '../../schemas/scenario.ts'
import type { Frame } from './frame.ts'
import { isBroken, weighStep } from './outcome.ts'
import { runWithPauses } from './pause.ts'
import type { Pause } from './pause.ts'
import { skipStep } from './skip-step.ts'

/**
 * Runs steps one after the other. After one that failed or errored the rest is skipped, and told so.
 *
 * @param prefix  the path of the step around them; empty at the top
 * @param first   the index of the first step
 * @param after   why none may run, when that is known before
 */
export async function runInOrder(
  steps: readonly Step[],
  prefix: readonly number[],
  frame: Frame,
  { first = 0, after, goOn = false }: { readonly first?: number; readonly after?: string | undefined; readonly goOn?: boolean } = {},
): Promise<StepResult[]> {
  const results: StepResult[] = []
  let reason = after
  for (const [index, step] of steps.entries()) {
    const path = [...prefix, first + index]
    const result = reason === undefined ? await runWithPauses(step, path, frame) : skipStep(step, path, frame, reason)
    results.push(result)
    if (!goOn) reason ??= whyStopped([result], frame.pause)
  }
  return results
}

/** Why no step may follow on these; undefined when one may, also since a person said so. */
export function whyStopped(results: readonly StepResult[], pause?: Pause): string | undefined {
  const broken = results.find(
    // Where a run is judged again, what its record does not cover keeps nothing else from being judged.
    (result) => isBroken(result) && pause?.isPassedOver(result) !== true && result.problem?.code !== 'not-recorded',
  )
  return broken === undefined ? undefined : `"${broken.name}" ${weighStep(broken)}`
}
