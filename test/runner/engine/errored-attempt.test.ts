import t from 'tap'
import { erroredAttempt } from '../../../runner/engine/errored-attempt.ts'
import { NestedFailure } from '../../../runner/engine/nested.ts'
import type { Interruption } from '../../../runner/engine/outcome.ts'
import { ConnectionError } from '../../../runner/hops/connection-error.ts'
import { StepError } from '../../../runner/step-error.ts'
import type { Deadline } from '../../../runner/time/deadline.ts'
import { buildStep, place } from '../build-scenario.ts'
import { never } from '../local-run.ts'

const step = buildStep('run', ['true'], { timeoutMs: 10_000 })

function deadline(more: Partial<Deadline> = {}): Deadline {
  return { signal: never, ms: 10_000, passed: false, remainingMs: () => 0, dispose: () => undefined, hold: () => () => undefined, ...more }
}

function classify(error: unknown, { limit = deadline(), interruption }: { limit?: Deadline; interruption?: Interruption } = {}) {
  return erroredAttempt(error, step, { interruption: () => interruption }, limit)
}

t.test('an error of a step is told with its code, place and hint', async (t) => {
  const elsewhere = { ...place, line: 9 }
  t.match(classify(new StepError('bad-url', 'no URL', { hint: 'write one' })), {
    outcome: 'errored',
    unreachable: false,
    timedOut: false,
    problem: { code: 'bad-url', severity: 'error', message: 'no URL', hint: 'write one', place },
  })
  t.match(classify(new StepError('bad-url', 'no URL', { place: elsewhere })), { problem: { place: elsewhere } })
})

t.test('only a machine that could not be reached is worth another try', async (t) => {
  t.match(classify(new ConnectionError('connection', 'gone')), { unreachable: true, problem: { code: 'connection' } })
  t.match(classify(new StepError('connection', 'lost')), { unreachable: true })
  t.match(classify(new ConnectionError('host-key', 'another machine')), { unreachable: false, problem: { code: 'host-key' } })
})

t.test('what a nested step came to is what the step around it came to', async (t) => {
  t.match(classify(new NestedFailure('failed', { path: [2, 0], name: 'x' }, 'nested', '"x" failed: y')), {
    outcome: 'failed',
    cause: { path: [2, 0], name: 'x' },
    problem: { message: '"x" failed: y' },
  })
  t.match(classify(new NestedFailure('errored', { path: [2, 0], name: 'x' }, 'connection', 'z')), { outcome: 'errored' })
})

t.test('when the time is over, that is what is told, with what was known by then', async (t) => {
  const late = classify(new StepError('timeout', 'the command was given up', { result: { stdout: 'half' } }), {
    limit: deadline({ passed: true }),
  })
  t.match(late, {
    outcome: 'errored',
    timedOut: true,
    result: { stdout: 'half' },
    problem: { code: 'timeout', message: 'did not end within 10.0 s: the command was given up', hint: /`timeout:`/ },
  })
  const polled = classify(new Error('aborted'), { limit: deadline({ passed: true, ms: 1500 }) })
  t.match(polled.problem, { message: 'did not end within 1.5 s', hint: /`within:`/ }, 'the end of the polling is another key')
})

t.test('an interruption from outside beats all', async (t) => {
  const interruption = { code: 'interrupted', message: 'the run was interrupted' } as const
  t.match(classify(new ConnectionError('interrupted', 'given up'), { interruption, limit: deadline({ passed: true }) }), {
    timedOut: false,
    unreachable: false,
    problem: { code: 'interrupted', message: 'the run was interrupted', severity: 'error' },
  })
})

t.test('a defect of ours is told with its stack, and thrown no further', async (t) => {
  t.match(classify(new TypeError('x is undefined')), {
    outcome: 'errored',
    problem: { code: 'defect', message: /TypeError: x is undefined\n +at / },
  })
  t.match(classify('thrown text'), { problem: { code: 'defect', message: 'thrown text' } })
})
