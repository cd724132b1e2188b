import type { Check } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step } from '../../schemas/scenario.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { findCaptures, hideSecrets } from '../judging/captures.ts'
import { testExpectations } from '../judging/expectations.ts'
import type { Cut } from '../cut.ts'
import { notRecorded } from '../replay/playback.ts'
import { evaluateEnvironment, evaluateValue } from '../scope/evaluate.ts'
import { StepError, toProblem } from '../step-error.ts'
import type { StepKind } from '../steps/kind.ts'
import type { Deadline } from '../time/deadline.ts'
import type { Attempt } from './attempt.ts'
import { erroredAttempt } from './errored-attempt.ts'
import { toPlainData } from './plain-data.ts'
import type { Frame } from './frame.ts'
import { refuseLacking } from '../steps/lacking.ts'
import { askedBy } from './asked.ts'
import { isCutShort } from './outcome.ts'
import type { Sight } from './seen.ts'
import { addCheck, createStepContext } from './step-context.ts'
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
  const checks: Check[] = []
  const [cuts, absences] = [new Map<string, Cut>(), new Map<string, string>()]
  const whereabouts = host === undefined ? {} : { host }
  let asked: Sight['asked'] | undefined
  let seen: Json | undefined
  let result: Json | undefined
  const saw = (attempt: Pick<Attempt, 'problem' | 'timedOut' | 'unanswered'>): Pick<Attempt, 'sights'> => {
    // An attempt that was cut off from outside, or that the record has nothing of, saw nothing.
    if (asked === undefined || isCutShort(attempt.problem) || attempt.problem?.code === notRecorded) return {}
    const { problem, timedOut, unanswered } = attempt
    const isFound = seen !== undefined && !timedOut
    const told = isFound || problem === undefined ? {} : { problem, ...(unanswered ? { unanswered } : {}) }
    const isResult = isFound && kind.judge === undefined
    return { sights: [{ ...whereabouts, asked, found: isFound ? seen : undefined, cuts, absences, isResult, ...told }] }
  }
  try {
    const params = validateParams(kind, await evaluateValue(step.params, scope, evaluation), step.params)
    refuseLacking(kind, params, frame.run.testbed)
    const env = { ...frame.env, ...(await evaluateEnvironment(step.env, scope, evaluation)) }
    const observations: Observations = { env, checks, cuts, absences }
    const { playback } = frame.run
    if (kind.looksNowhere !== true) asked = await askedBy(step, kind, params, env, frame, evaluation)
    const context = { check: addCheck(checks, step), clock: frame.run.clock, timeoutMs: deadline.remainingMs(), signal: deadline.signal }
    seen = toPlainData(
      playback === undefined || asked === undefined
        ? await kind.run(await createStepContext(step, path, frame, deadline, host, observations), params)
        : playback.look({ scenario: frame.scenario, within: frame.within, path, step, host, asked }, observations),
    )
    const found = kind.judge === undefined ? seen : toPlainData(await kind.judge(context, params, seen))
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
      ...saw({ timedOut: false, unanswered: false }),
      captures: holds(checks) ? captured.values : [],
      ...(judged.untested === undefined ? {} : { problem: describeUntested(judged.untested, step) }),
    }
  } catch (error) {
    const attempt = erroredAttempt(error, step, frame, deadline)
    const known = attempt.result === undefined && result !== undefined ? { result } : {}
    return { ...attempt, checks, ...known, ...saw(attempt), ...whereabouts }
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
