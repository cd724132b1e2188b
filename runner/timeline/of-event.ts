import type { Event, StepResult } from '../../schemas/event.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { subjectOf, wholeName } from '../report.ts'
import { renderDuration } from '../time/render-duration.ts'
import type { Moment } from './moment.ts'

/** The moments that an event of a run tells. */
export function momentsOfEvent(event: Event): readonly Moment[] {
  const { at } = event
  switch (event.type) {
    case 'run-started':
      return [{ at, kind: 'run', text: `the run began on ${event.testbed}` }]
    case 'note':
      return [{ at, kind: 'note', text: event.message }]
    case 'scenario-started':
      return [{ at, kind: 'scenario', scenario: event.scenario, text: 'began' }]
    case 'step-started': {
      const { scenario, host, kind } = event
      return [{ at, kind: kindOf(kind), scenario, step: wholeName(event), ...onHost(host), text: `began (${kind})` }]
    }
    case 'poll':
      return [{ at, kind: 'poll', scenario: event.scenario, text: `attempt ${event.attempt}: ${event.last}` }]
    case 'step-ended':
      return momentsOfStep(event.step, event.scenario, at)
    case 'scenario-ended':
      return [{ at, kind: 'scenario', scenario: event.scenario, text: withReason(event.outcome, event.problem?.message) }]
    case 'run-ended':
      return [{ at, kind: 'run', text: event.outcome }]
    case 'seen':
    case 'step-retried':
    case 'evidence':
      return []
  }
}

function momentsOfStep(step: StepResult, scenario: string, at: number): readonly Moment[] {
  if (step.outcome === 'skipped') return []
  const { kind, host, invariant, result } = step
  const place = { scenario, step: wholeName(step), ...onHost(host) }
  const gaps = (invariant?.gaps ?? []).flatMap(({ firstAt, lastAt, ms, seen }): readonly Moment[] => [
    { at: firstAt, kind: 'invariant', ...place, text: `does not hold: ${seen}` },
    { at: lastAt, kind: 'invariant', ...place, text: `the gap of ${renderDuration(ms)} ends` },
  ])
  const request = kind === 'aws' && isObject(result) ? result['request'] : undefined
  const text = withReason(`${step.outcome} in ${renderDuration(step.durationMs)}`, reasonOf(step))
  return [
    ...gaps,
    {
      at,
      kind: invariant === undefined ? kindOf(kind) : 'invariant',
      ...place,
      text: typeof request === 'string' ? `${request}: ${text}` : text,
    },
  ]
}

function reasonOf({ checks, problem }: StepResult): string | undefined {
  const missed = checks.find(({ passed }) => !passed)
  return missed === undefined ? problem?.message : `${subjectOf(missed)}: ${missed.explanation}`
}

function withReason(what: string, why: string | undefined): string {
  const [line] = (why ?? '').split('\n', 1)
  return line === '' ? what : `${what}: ${line ?? ''}`
}

/** What is done to a machine is a fault, or the end of one; what is asked of AWS is a call. */
function kindOf(kind: string): Moment['kind'] {
  return kind === 'machine' ? 'fault' : kind === 'aws' || kind === 'access' ? 'aws' : 'step'
}

function onHost(host: string | undefined): Pick<Moment, 'host'> {
  return host === undefined ? {} : { host }
}
