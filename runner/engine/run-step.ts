import type { StepResult } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Step, Until } from '../../schemas/scenario.ts'
import { attemptStep } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { evaluateCondition } from '../scope/evaluate.ts'
import type { Frame, NewEvent } from './frame.ts'
import type { Mask } from '../scope/mask.ts'
import { isCutShort } from './outcome.ts'
import { skipStep } from './skip-step.ts'
import { StepError, toProblem } from '../step-error.ts'
import { stepKinds } from '../steps/index.ts'
import type { StepKind } from '../steps/kind.ts'
import { pollUntil } from '../time/poll-until.ts'
import type { Polled } from '../time/poll-until.ts'

/** Runs a step to its end: its condition, its attempts, its captures. Emits what happens; never throws for what a step can meet. */
export async function runStep(step: Step, path: readonly number[], frame: Frame): Promise<StepResult> {
  const interruption = frame.interruption()
  if (interruption !== undefined) return skipStep(step, path, frame, interruption.message, interruption.code)
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
      // Masked before it is cut: half a secret would not be found.
      ...(result === undefined ? {} : { result: keepTails(frame.run.mask.json(result)) }),
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
    const withheld = withholdNested(frame, path)
    const { value, attempts } =
      step.until === undefined
        ? { value: await attemptStep(step, kind, path, holdsSecret(step) ? withheld.frame : frame, step.timeoutMs), attempts: 1 }
        : await poll(step, step.until, kind, path, withheld)
    withheld.release()
    if (frame.cleaning && value.problem?.code === 'never-captured') return skipStep(step, path, frame, value.problem.message)
    return finish({ attempts, value: defineCaptures(step, value, frame) })
  } catch (error) {
    return finish({ attempts: 1, value: { ...errored, problem: toProblem(error, step.place) } })
  }
}

const errored = { outcome: 'errored', checks: [], unreachable: false, timedOut: false, captures: [] } as const

/** What a nested step does not call a secret is one when the step around it captures it as that: its events wait until it is masked. */
function holdsSecret(step: Step): boolean {
  return step.capture.some(({ secret }) => secret)
}

/** The events of nested steps, kept back until it is known that they are to be told, and how. */
interface Withheld {
  readonly frame: Frame
  /** Keeps what comes from now on apart. @returns undoes it: what came since is forgotten, what was there before stands again */
  readonly begin: () => () => void
  readonly release: () => void
}

function withholdNested(frame: Frame, path: readonly number[]): Withheld {
  let held: NewEvent[] = []
  return {
    frame: { ...frame, emit: (event) => (event.type === 'poll' && event.path === path ? frame.emit(event) : held.push(event)) },
    begin() {
      const before = held
      held = []
      return () => (held = before)
    },
    release: () => held.forEach((event) => frame.emit(event)),
  }
}

/** Attempts a step until it holds. Of the nested steps of many attempts only those of the last one are told. */
async function poll(
  step: Step,
  until: Until,
  kind: StepKind,
  path: readonly number[],
  { frame, begin }: Withheld,
): Promise<Polled<Attempt>> {
  const { mask, clock } = frame.run
  const attempt = async (_number: number, leftMs: number, before: Attempt | undefined) => {
    const undo = begin()
    const value = await attemptStep(step, kind, path, frame, Math.max(1, Math.min(step.timeoutMs, leftMs)))
    // Cut off by the end of the polling itself: what is known is what the attempt before it saw.
    const cutOff = isCutShort(value.problem) || (value.timedOut && leftMs < step.timeoutMs)
    if (cutOff && before !== undefined) {
      undo()
      return { verdict: 'again' as const, last: describeMiss(before, mask), value: before }
    }
    const retry = value.outcome === 'failed' || (value.unreachable && until.retryOn.includes('connection'))
    return {
      verdict: value.outcome === 'passed' ? ('held' as const) : retry ? ('again' as const) : ('stop' as const),
      last: describeMiss(value, mask),
      value,
    }
  }
  const onPoll = (number: number, elapsedMs: number, last: string) =>
    frame.emit({ type: 'poll', scenario: frame.scenario, path, attempt: number, elapsedMs: Math.round(elapsedMs), last })
  const polled = await pollUntil(until, clock, frame.signal, attempt, onPoll)
  const interruption = frame.interruption()
  if (polled.value.outcome === 'passed' || interruption === undefined) return polled
  // It had time left to become true: that it did not is no finding.
  const problem: Problem = { ...interruption, severity: 'error', place: step.place }
  return { ...polled, value: { ...polled.value, outcome: 'errored', problem } }
}

/** One line that says what did not hold, masked before it is cut. */
function describeMiss({ checks, problem }: Attempt, mask: Mask): string {
  const miss = checks.find(({ passed }) => !passed)
  const text = miss === undefined ? (problem?.message ?? '') : `${miss.subject}: ${miss.explanation}`
  return mask.text(text.split('\n')[0] ?? '').slice(0, 300)
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
