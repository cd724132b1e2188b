import type { Check } from '../../schemas/event.ts'
import { search } from '../../schemas/language/expression.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step } from '../../schemas/scenario.ts'
import { startDeadline } from '../time/deadline.ts'
import type { Deadline } from '../time/deadline.ts'
import { evaluateEnvironment, evaluateValue } from '../scope/evaluate.ts'
import { searchResult, testExpectations, testVariable } from '../judging/expectations.ts'
import type { Frame } from './frame.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import type { Machine } from '../hops/machine.ts'
import { chooseHosts } from '../hosts/choose-hosts.ts'
import type { HostChoice } from '../hosts/choose-hosts.ts'
import type { Mask } from '../scope/mask.ts'
import { containerAt, machinesAt } from '../hosts/origins.ts'
import { renderDuration } from '../time/render-duration.ts'
import { StepError, toProblem } from '../step-error.ts'
import type { StepKind } from '../steps/kind.ts'
import { validateParams } from './validate-params.ts'
import { NestedFailure, runGroup, useFile } from './nested.ts'

/** What one attempt at a step came to. */
export interface Attempt {
  readonly outcome: 'passed' | 'failed' | 'errored'
  readonly checks: readonly Check[]
  readonly problem?: Problem
  readonly result?: Json
  /** The host or hosts that it acted from. */
  readonly host?: string
  /** It errored because a machine or a service could not be reached, which another attempt may find otherwise. */
  readonly unreachable: boolean
  /** It was cut off by its time limit. */
  readonly timedOut: boolean
  /** In the order of `step.capture`; empty unless it passed. */
  readonly captures: readonly Json[]
}

/** Runs a step once: on one host, on all of a group, or on the hosts of a group until it holds on one. Never throws for what a step can meet. */
export async function attemptStep(step: Step, kind: StepKind, path: readonly number[], frame: Frame, timeoutMs: number): Promise<Attempt> {
  const deadline = startDeadline(timeoutMs + settleTime(step, kind, frame), frame.signal)
  const on = (host?: string) => attemptOn(step, kind, path, frame, deadline, host)
  try {
    const choice = chooseStepHosts(step, kind, frame)
    if (choice === undefined) return await on()
    if (choice.mode === 'one') return await on(choice.names[0])
    return choice.mode === 'all' ? combineAll(choice, await Promise.all(choice.names.map(on))) : await firstThatHolds(choice, on)
  } catch (error) {
    return erroredAttempt(error, step, frame, deadline)
  } finally {
    deadline.dispose()
  }
}

function settleTime(step: Step, kind: StepKind, { scope }: Frame): number {
  if (kind.settleMs === undefined) return 0
  try {
    return kind.settleMs(evaluateValue(step.params, scope))
  } catch {
    // The attempt evaluates them too, and tells what is wrong with them.
    return 0
  }
}

function chooseStepHosts(step: Step, kind: StepKind, frame: Frame): HostChoice | undefined {
  if (kind.host === 'none') return undefined
  const { testbed, allowLocal } = frame.run
  if (step.host !== undefined) return chooseHosts(evaluateValue(step.host, frame.scope), testbed, allowLocal)
  // A task tells the host of its container.
  const container = step.container === undefined ? undefined : containerAt(evaluateValue(step.container, frame.scope))
  if (container?.host !== undefined) return chooseHosts(container.host, testbed, allowLocal)
  if (kind.host === 'required')
    throw new StepError('no-host', `a ${step.kind} step needs a host`, { hint: 'say where it acts from: `host: gateway`' })
  return undefined
}

async function attemptOn(
  step: Step,
  kind: StepKind,
  path: readonly number[],
  frame: Frame,
  deadline: Deadline,
  host?: string,
): Promise<Attempt> {
  const { run, scope } = frame
  const checks: Check[] = []
  const prefix = host === undefined ? {} : { host }
  let result: Json | undefined
  try {
    const params = validateParams(kind, evaluateValue(step.params, scope), step.params)
    const env = { ...frame.env, ...evaluateEnvironment(step.env, scope) }
    const machine = host === undefined ? undefined : machineFor(step, host, frame)
    const found = await kind.run(
      {
        testbed: run.testbed,
        get machine() {
          if (machine === undefined) throw new StepError('no-host', `a ${step.kind} step needs a host here`)
          return machine
        },
        machinesAt: (place) => machinesAt(place, run),
        env,
        variables: scope.variables,
        folders: frame.folders,
        place: step.place,
        clock: run.clock,
        timeoutMs: deadline.remainingMs(),
        signal: deadline.signal,
        check: (check) => checks.push({ ...check, place: step.place }),
        expectVariable: (expression, expected) => checks.push(...testVariable(expression, expected, scope, run.mask, step.place)),
        progress: (attempt, elapsedMs, last) => frame.emit({ type: 'poll', scenario: frame.scenario, path, attempt, elapsedMs, last }),
        useFile: (inputs) => useFile(step, inputs, path, nestedFrame(step, frame, deadline)),
        runGroup: () => runGroup(step, path, nestedFrame(step, frame, deadline)),
      },
      params,
    )
    result = host !== undefined && isMap(found) ? { ...found, host } : found
    hideSecrets(step, result, run.mask)
    checks.push(...testExpectations(step.expect, kind.implies, result, scope, run.mask, step.place))
    // Of a result that is not as expected, an expression for the expected one may not even make sense.
    const captures = checks.every((check) => check.passed) ? captureValues(step, result, checks) : []
    const passed = checks.every((check) => check.passed)
    return {
      outcome: passed ? 'passed' : 'failed',
      checks,
      result,
      ...prefix,
      unreachable: false,
      timedOut: false,
      captures: passed ? captures : [],
    }
  } catch (error) {
    const attempt = erroredAttempt(error, step, frame, deadline)
    return { ...attempt, checks, ...(attempt.result === undefined && result !== undefined ? { result } : {}), ...prefix }
  }
}

function nestedFrame(step: Step, frame: Frame, deadline: Deadline): Frame {
  const limit = { code: 'scenario-timeout', message: `the time limit of "${step.name}" has passed` } as const
  return { ...frame, signal: deadline.signal, interruption: () => frame.interruption() ?? (deadline.passed ? limit : undefined) }
}

/** What is going to be captured as a secret is one at once: an attempt that does not hold tells what it found too. */
function hideSecrets(step: Step, result: Json, mask: Mask): void {
  for (const { from, secret } of step.capture) {
    try {
      if (secret) mask.add(search(from, result))
    } catch {
      // The result is another one than the expression is for: there is nothing to hide where it points.
    }
  }
}

/** A capture that finds nothing fails the step, like an expectation that there is something. */
function captureValues(step: Step, result: Json, checks: Check[]): Json[] {
  return step.capture.map(({ name, from, place }) => {
    const value = searchResult(from, result, place)
    if (value === null)
      checks.push({
        subject: `capture ${name}`,
        passed: false,
        implied: true,
        expected: 'a value',
        actual: null,
        explanation: `${from} finds nothing in the result`,
        place,
      })
    return value
  })
}

function machineFor(step: Step, host: string, { run, scope }: Frame): Machine {
  if (step.container === undefined) return host === 'local' ? run.hops.local : run.hops.machine(host)
  const container = containerAt(evaluateValue(step.container, scope))
  return machinesAt({ host, container: container.id }, run)[0] as Machine
}

function combineAll(choice: HostChoice, attempts: readonly Attempt[]): Attempt {
  const checks = attempts.flatMap((attempt, index) =>
    attempt.checks.map((check) => ({ ...check, subject: `${choice.names[index]}: ${check.subject}` })),
  )
  const errored = attempts.find(({ outcome }) => outcome === 'errored')
  const problems = attempts.flatMap(({ problem }, index) => (problem === undefined ? [] : [`${choice.names[index]}: ${problem.message}`]))
  return {
    outcome: errored !== undefined ? 'errored' : attempts.some(({ outcome }) => outcome === 'failed') ? 'failed' : 'passed',
    checks,
    ...(errored?.problem === undefined ? {} : { problem: { ...errored.problem, message: problems.join('\n') } }),
    result: Object.fromEntries(attempts.map(({ result }, index) => [choice.names[index], result ?? null])),
    host: choice.names.join(', '),
    unreachable: errored !== undefined && attempts.every((attempt) => attempt.outcome !== 'errored' || attempt.unreachable),
    timedOut: attempts.some(({ timedOut }) => timedOut),
    // A list for each capture, in the order of the hosts.
    captures: (attempts[0]?.captures ?? []).map((_, index) => attempts.map(({ captures }) => captures[index] ?? null)),
  }
}

async function firstThatHolds(choice: HostChoice, on: (host: string) => Promise<Attempt>): Promise<Attempt> {
  const attempts: Attempt[] = []
  for (const name of choice.names) {
    const attempt = await on(name)
    if (attempt.outcome === 'passed') return attempt
    attempts.push(attempt)
  }
  return combineAll(choice, attempts)
}

function erroredAttempt(error: unknown, step: Step, frame: Frame, deadline: Deadline): Attempt {
  const interruption = frame.interruption()
  const base = { outcome: 'errored', checks: [], captures: [], unreachable: false, timedOut: false } as const
  const result = error instanceof StepError && error.result !== undefined ? { result: error.result } : {}
  const detail = error instanceof StepError ? `: ${error.message}` : ''
  if (interruption !== undefined) {
    const message = `${interruption.message}${detail}`
    return { ...base, ...result, problem: { ...interruption, message, severity: 'error', place: step.place } }
  }
  if (deadline.passed) {
    const message = `did not end within ${renderDuration(deadline.ms)}${detail}`
    const hint = `give the step more time: \`${deadline.ms < step.timeoutMs ? 'within' : 'timeout'}:\``
    return { ...base, ...result, timedOut: true, problem: { code: 'timeout', severity: 'error', place: step.place, message, hint } }
  }
  const outcome = error instanceof NestedFailure ? error.outcome : 'errored'
  const unreachable = (error instanceof ConnectionError || error instanceof StepError) && error.code === 'connection'
  return { ...base, ...result, outcome, unreachable, problem: describeProblem(error, step) }
}

function describeProblem(error: unknown, step: Step): Problem {
  try {
    return toProblem(error, step.place)
  } catch {
    // A defect of ours must not take `always` away from the scenario; it is told with all we know.
    return {
      code: 'defect',
      severity: 'error',
      place: step.place,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
