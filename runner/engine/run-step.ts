import type { StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import { eachItem } from '../../schemas/language/for-each-schema.ts'
import type { Step } from '../../schemas/scenario.ts'
import type { Cuts } from '../judging/incomplete.ts'
import { wholeName } from '../report.ts'
import { evaluateCondition } from '../scope/evaluate.ts'
import { StepError, toProblem } from '../step-error.ts'
import { stepKinds } from '../steps/index.ts'
import type { StepKind } from '../steps/kind.ts'
import type { Polled } from '../time/poll-until.ts'
import { renderDuration } from '../time/render-duration.ts'
import { nothingFound } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { attemptItems, isOfItem } from './attempt-items.ts'
import { attemptStep } from './attempt-step.ts'
import { headOf, hostOf } from './frame.ts'
import type { Frame } from './frame.ts'
import { keepTails } from './keep-tails.ts'
import { pollStep } from './poll-step.ts'
import { combineOutcomes, weighStep } from './outcome.ts'
import { addSights, noSights, tellSights } from './seen.ts'
import type { KeptSights } from './seen.ts'
import { skipStep } from './skip-step.ts'
import { startWatch } from './watch.ts'
import { withholdEvents } from './withheld-events.ts'
import type { WithheldEvents } from './withheld-events.ts'

/** Runs a step to its end: its condition, its attempts, its captures. Emits what happens; never throws for what a step can meet. */
export async function runStep(step: Step, path: readonly number[], frame: Frame): Promise<StepResult> {
  const interruption = frame.interruption()
  if (interruption !== undefined) return skipStep(step, path, frame, interruption.message, interruption.code)
  const { clock } = frame.run
  const startedAt = clock.elapsed()
  const finish = (polled: Done): StepResult => {
    const { outcome, checks, problem, cause, result, cuts, host } = polled.value
    const ended: StepResult = {
      ...headOf(step, path, frame),
      ...(host === undefined ? {} : { host }),
      outcome,
      soft: step.soft,
      durationMs: Math.round(clock.elapsed() - startedAt),
      attempts: polled.attempts,
      ...(step.until === undefined ? {} : { withinMs: step.until.withinMs }),
      ...(polled.history === undefined ? {} : { history: polled.history }),
      checks,
      ...(polled.warnings === undefined || outcome !== 'passed' ? {} : { warnings: polled.warnings }),
      ...(problem === undefined ? {} : { problem }),
      ...(cause === undefined ? {} : { cause }),
      // The result is masked before it is cut: half a secret would not be found.
      ...(result === undefined ? {} : { result: keepTails(frame.run.mask.json(result)) }),
    }
    const seen = result === undefined && problem === undefined ? [] : tellSights(polled.sights ?? noSights, result !== undefined)
    if (seen.length > 0) frame.emit({ type: 'seen', scenario: frame.scenario, path, seen })
    frame.emit({ type: 'step-ended', scenario: frame.scenario, step: ended })
    if (result !== undefined) frame.found?.(path, { result, cuts: cuts ?? noCuts })
    return ended
  }
  try {
    const asked = isOfItem(step) ? undefined : step.if
    if (asked !== undefined && !(await evaluateCondition(asked, frame.scope, frame.run.evaluator.under(frame.signal))))
      return skipStep(step, path, frame, `the condition ${asked.source} does not hold`)
    const kind = stepKinds[step.kind]
    if (kind === undefined)
      throw new StepError('unknown-kind', `no step kind ${step.kind}`, { hint: `there are: ${Object.keys(stepKinds).join(', ')}` })
    frame.emit({ type: 'step-started', scenario: frame.scenario, ...headOf(step, path, frame), ...hostOf(step) })
    const withheld = withholdEvents(frame, path)
    const watch = await startWatch(step.while ?? [], path, countInside(step), { ...frame, within: [...frame.within, step.name] })
    const { value, attempts, elapsedMs, history, sights } = await carryOut(step, kind, path, frame, withheld)
    withheld.release()
    const watched = await watch.stop()
    if (value.outcome === 'skipped') return skipStep(step, path, frame, value.reason)
    if (frame.cleaning && value.problem?.code === 'never-captured') return skipStep(step, path, frame, value.problem.message)
    const ended = withWatched(defineCaptures(step, value, frame), watched)
    return finish({
      attempts,
      value: ended,
      ...keepSights(value, ended, sights),
      ...(history.length < 2 ? {} : { history }),
      ...warnWhenLate(step, elapsedMs, frame),
    })
  } catch (error) {
    return finish({ attempts: 1, value: { ...nothingFound, problem: toProblem(error, step.place) } })
  }
}

/** What a step came to in the end, and what there is to tell of the way there. */
interface Done extends Pick<Polled<Attempt>, 'value' | 'attempts'> {
  readonly warnings?: readonly string[]
  readonly history?: StepResult['history']
  readonly sights?: KeptSights
}

/** What a step saw goes with its result: what could not be captured as a secret is in no record either. */
function keepSights(attempt: Attempt, ended: Attempt, sights: KeptSights): Pick<Done, 'sights'> {
  return ended.problem?.code === 'capture' && attempt.problem?.code !== 'capture' ? {} : { sights }
}

/** Does a step once, until it holds, or for each of its items. */
async function carryOut(step: Step, kind: StepKind, path: readonly number[], frame: Frame, withheld: WithheldEvents) {
  const once = { attempts: 1, elapsedMs: 0, history: [], sights: noSights }
  if (step.forEach !== undefined) return { ...once, value: await attemptItems(step, step.forEach, path, frame) }
  if (step.until !== undefined) return await pollStep(step, step.until, kind, path, withheld)
  const { clock, mask } = frame.run
  const startedAt = clock.elapsed()
  const value = await attemptStep(step, kind, path, holdsSecret(step) ? withheld.frame : frame, step.timeoutMs)
  const at = { attempt: 1, elapsedMs: Math.round(clock.elapsed() - startedAt) }
  return { ...once, value, sights: addSights(noSights, value.sights ?? [], at, mask) }
}

/** How many steps there can be inside of it: the paths of what is polled beside it come after theirs. */
function countInside({ forEach, use, steps }: Step): number {
  return forEach === undefined ? (use?.steps ?? steps ?? []).length : eachItem.most
}

const noCuts: Cuts = new Map()

/** An attempt beside which an invariant did not hold has not passed, whatever it came to itself. */
function withWatched(attempt: Attempt, watched: readonly StepResult[]): Attempt {
  const outcome = combineOutcomes(watched.map(weighStep))
  const first = watched.find((result) => weighStep(result) === outcome)
  if (attempt.outcome !== 'passed' || first === undefined || (outcome !== 'failed' && outcome !== 'errored')) return attempt
  return { ...attempt, outcome, cause: { path: first.path, name: first.name } }
}

function warnWhenLate({ until, name }: Step, elapsedMs: number, frame: Frame): { readonly warnings?: readonly string[] } {
  const usual = until?.warnsAsUsual === true ? frame.run.usualMs?.(frame.scenario, wholeName({ name, within: frame.within })) : undefined
  const budgetMs = until?.warnAfterMs ?? usual
  if (budgetMs === undefined || elapsedMs <= budgetMs) return {}
  const what = usual === undefined ? 'later than warnAfter:' : 'later than past runs let expect, warnAfter: auto:'
  return { warnings: [`it held only after ${renderDuration(elapsedMs)}, ${what} ${renderDuration(budgetMs)}`] }
}

/** What a nested step does not call a secret is one when the step around it captures it as that: its events wait until it is masked. */
function holdsSecret(step: Step): boolean {
  return step.capture.some(({ secret }) => secret)
}

function defineCaptures(step: Step, attempt: Attempt, frame: Frame): Attempt {
  // Those of items are defined as lists by now.
  if (attempt.outcome !== 'passed' || step.forEach !== undefined) return attempt
  for (const [index, { name, secret, place }] of step.capture.entries()) {
    try {
      frame.scope.define(name, attempt.captures[index] ?? null, secret)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const problem: Problem = { code: 'capture', severity: 'error', place, message: error.message }
      // What could not be captured as a secret must not be shown either.
      return {
        ...nothingFound,
        checks: secret ? [] : attempt.checks,
        problem,
        ...(attempt.host === undefined ? {} : { host: attempt.host }),
      }
    }
  }
  return attempt
}
