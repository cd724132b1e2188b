import type { StepResult } from '../schemas/event.ts'
import type { Json } from '../schemas/json.ts'
import type { Problem } from '../schemas/problem.ts'
import type { Step } from '../schemas/scenario.ts'
import { attemptStep } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { evaluateCondition } from './evaluate.ts'
import type { Frame, NewEvent } from './frame.ts'
import { skipStep } from './skip-step.ts'
import { StepError, toProblem } from './step-error.ts'
import { stepKinds } from './steps/index.ts'
import type { StepKind } from './steps/kind.ts'
import { pollUntil } from './until.ts'
import type { Polled } from './until.ts'

/** Runs a step to its end: its condition, its attempts, its captures. Emits what happens; never throws for what a step can meet. */
export async function runStep(step: Step, path: readonly number[], frame: Frame): Promise<StepResult> {
  const interruption = frame.interruption()
  if (interruption !== undefined) return skipStep(step, path, frame, interruption.message)
  const { clock } = frame.run
  const startedAt = clock.now()
  const finish = (polled: Pick<Polled<Attempt>, 'value' | 'attempts'>): StepResult => {
    const { outcome, checks, problem, result, host } = polled.value
    const ended: StepResult = {
      path,
      name: step.name,
      kind: step.kind,
      ...(host === undefined ? {} : { host }),
      place: step.place,
      outcome,
      soft: step.soft,
      durationMs: Math.round(clock.now() - startedAt),
      attempts: polled.attempts,
      checks,
      ...(problem === undefined ? {} : { problem }),
      ...(result === undefined ? {} : { result: keepTails(result) }),
    }
    frame.emit({ type: 'step-ended', scenario: frame.scenario, step: ended })
    return ended
  }
  try {
    if (step.if !== undefined && !evaluateCondition(step.if, frame.scope))
      return skipStep(step, path, frame, `the condition ${step.if.source} does not hold`)
    const kind = stepKinds[step.kind]
    if (kind === undefined)
      throw new StepError('unknown-kind', `no step kind ${step.kind}`, { hint: `there are: ${Object.keys(stepKinds).join(', ')}` })
    frame.emit({ type: 'step-started', scenario: frame.scenario, path, name: step.name, kind: step.kind, ...hostOf(step) })
    const polled =
      step.until === undefined
        ? { value: await attemptStep(step, kind, path, frame, step.timeoutMs), attempts: 1 }
        : await poll(step, kind, path, frame)
    if (frame.cleaning && polled.value.problem?.code === 'never-captured') return skipStep(step, path, frame, polled.value.problem.message)
    return finish({ attempts: polled.attempts, value: defineCaptures(step, polled.value, frame) })
  } catch (error) {
    return finish({ attempts: 1, value: { ...errored, problem: toProblem(error, step.place) } })
  }
}

const errored = { outcome: 'errored', checks: [], unreachable: false, timedOut: false, captures: [] } as const

function poll(step: Step, kind: StepKind, path: readonly number[], frame: Frame): Promise<Polled<Attempt>> {
  const until = step.until as NonNullable<Step['until']>
  // Of the nested steps of many attempts only those of the last one are told.
  let held: NewEvent[] = []
  const inner: Frame = { ...frame, emit: (event) => (event.type === 'poll' && event.path === path ? frame.emit(event) : held.push(event)) }
  const attempt = async (_number: number, leftMs: number, before: Attempt | undefined) => {
    const earlier = held
    held = []
    const value = await attemptStep(step, kind, path, inner, Math.max(1, Math.min(step.timeoutMs, leftMs)))
    // Cut off by the end of the polling itself: what is known is what the attempt before it saw.
    if (value.timedOut && leftMs < step.timeoutMs && before !== undefined) {
      held = earlier
      return { verdict: 'again' as const, last: describeMiss(before), value: before }
    }
    const retry = value.outcome === 'failed' || (value.unreachable && until.retryOn.includes('connection'))
    return {
      verdict: value.outcome === 'passed' ? ('held' as const) : retry ? ('again' as const) : ('stop' as const),
      last: describeMiss(value),
      value,
    }
  }
  const onPoll = (number: number, elapsedMs: number, last: string) =>
    frame.emit({ type: 'poll', scenario: frame.scenario, path, attempt: number, elapsedMs: Math.round(elapsedMs), last })
  return pollUntil(until, frame.run.clock, frame.signal, attempt, onPoll).finally(() => held.forEach((event) => frame.emit(event)))
}

/** One line that says what did not hold. */
function describeMiss({ checks, problem }: Attempt): string {
  const miss = checks.find(({ passed }) => !passed)
  const text = miss === undefined ? (problem?.message ?? '') : `${miss.subject}: ${miss.explanation}`
  return (text.split('\n')[0] ?? '').slice(0, 300)
}

function defineCaptures(step: Step, attempt: Attempt, frame: Frame): Attempt {
  if (attempt.outcome !== 'passed') return attempt
  for (const [index, { name, secret, place }] of step.capture.entries()) {
    try {
      frame.scope.define(name, attempt.captures[index] ?? null, secret)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const problem: Problem = { code: 'capture', severity: 'error', place, message: error.message }
      // What could not be captured as a secret must not be shown either.
      return { ...errored, checks: secret ? [] : attempt.checks, problem, ...(attempt.host === undefined ? {} : { host: attempt.host }) }
    }
  }
  return attempt
}

function hostOf(step: Step): { readonly host?: string } {
  return step.host?.type === 'literal' && typeof step.host.value === 'string' ? { host: step.host.value } : {}
}

/** The most of one text of a result that is kept, in characters: its end, where the reason usually stands. */
const keptCharacters = 65_536

function keepTails(value: Json): Json {
  if (typeof value === 'string')
    return value.length <= keptCharacters ? value : `(${value.length} characters, the last:) ${value.slice(-keptCharacters)}`
  if (Array.isArray(value)) return value.map(keepTails)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, keepTails(item)]))
}
