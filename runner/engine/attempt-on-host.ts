import type { Check } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { findCaptures, hideSecrets } from '../judging/captures.ts'
import { testExpectations } from '../judging/expectations.ts'
import { evaluateValue } from '../scope/evaluate.ts'
import { StepError, toProblem } from '../step-error.ts'
import type { StepKind } from '../steps/kind.ts'
import type { Deadline } from '../time/deadline.ts'
import type { Attempt } from './attempt.ts'
import { erroredAttempt } from './errored-attempt.ts'
import { toPlainData } from './plain-data.ts'
import type { Frame } from './frame.ts'
import { refuseLacking } from '../steps/lacking.ts'
import { createStepContext } from './step-context.ts'
import type { Observations } from './step-context.ts'
import { validateParams } from './validate-params.ts'

/** Runs a step once on one host, or on none, and judges what it found. Never throws for what a step can meet. */
export async function attemptOnHost(
  step: Step,
  kind: StepKind,
  path: readonly number[],
  frame: Frame,
  deadline: Deadline,
  host: string | undefined,
): Promise<Attempt> {
  const { scope } = frame
  const { mask, evaluator } = frame.run
  const evaluation = evaluator.under(deadline.signal)
  const observations: Observations = { checks: [], cuts: new Map(), absences: new Map() }
  const { checks, cuts, absences } = observations
  const whereabouts = host === undefined ? {} : { host }
  let result: Json | undefined
  try {
    const params = validateParams(kind, await evaluateValue(step.params, scope, evaluation), step.params)
    refuseLacking(kind, params, frame.run.testbed)
    const found = toPlainData(await kind.run(await createStepContext(step, path, frame, deadline, host, observations), params))
    result = isObject(found) ? { ...found, ...whereabouts } : found
    await hideSecrets(step.capture, result, mask, evaluation)
    if (deadline.passed || deadline.signal.aborted) throw new StepError('timeout', 'what it found came too late', { result })
    const findings = { result, cuts, absences }
    const judged = await testExpectations(step.expect, kind.implies, findings, { scope, mask, evaluation }, step.place)
    checks.push(...judged.checks)
    if (holds(checks) && judged.untested !== undefined) throw judged.untested
    // An expression that is written for the expected result may not even make sense for another one.
    const captured = holds(checks) ? await findCaptures(step.capture, findings, evaluation) : { values: [], missing: [] }
    checks.push(...captured.missing)
    if (deadline.passed || deadline.signal.aborted) throw new StepError('timeout', 'what it found was judged too late', { result })
    return {
      outcome: holds(checks) ? 'passed' : 'failed',
      checks,
      result,
      ...(cuts.size === 0 ? {} : { cuts }),
      ...whereabouts,
      unreachable: false,
      unanswered: false,
      timedOut: false,
      captures: holds(checks) ? captured.values : [],
      ...(judged.untested === undefined ? {} : { problem: describeUntested(judged.untested, step) }),
    }
  } catch (error) {
    const attempt = erroredAttempt(error, step, frame, deadline)
    return { ...attempt, checks, ...(attempt.result === undefined && result !== undefined ? { result } : {}), ...whereabouts }
  }
}

/** What could not be tested of a step that has failed anyway. */
function describeUntested(error: StepError, step: Step): Problem {
  return {
    ...toProblem(error, step.place),
    severity: 'note',
    message: `not tested, since what it depends on does not hold: ${error.message}`,
  }
}

function holds(checks: readonly Check[]): boolean {
  return checks.every(({ passed }) => passed)
}
