import t from 'tap'
import { nothingFound } from '../../../runner/engine/attempt.ts'
import type { Attempt } from '../../../runner/engine/attempt.ts'
import type { Sight } from '../../../runner/engine/seen.ts'
import { combineAttempts, firstThatHolds } from '../../../runner/engine/combine-attempts.ts'
import type { Check } from '../../../schemas/event.ts'
import type { Json } from '../../../schemas/json.ts'
import { place } from '../build-scenario.ts'

const hosts = ['agents[0]', 'agents[1]']

function check(passed: boolean): Check {
  return { subject: 'exit', passed, implied: true, expected: 0, actual: passed ? 0 : 1, explanation: '', place }
}

function attempt(outcome: Attempt['outcome'], result: Json, more: Partial<Attempt> = {}): Attempt {
  return { ...nothingFound, outcome, checks: outcome === 'errored' ? [] : [check(outcome === 'passed')], result, ...more }
}

const passed = attempt('passed', { exit: 0 }, { captures: ['x', 1] })
const failed = attempt('failed', { exit: 1 })
const lost = attempt('errored', null, { unreachable: true, problem: { code: 'connection', severity: 'error', message: 'gone', place } })

t.test('on all hosts: every check says whose it is, results and captures stand in the order of the hosts', async (t) => {
  const second = attempt('passed', { exit: 0 }, { captures: ['y', 2] })
  t.match(combineAttempts(hosts, [passed, second]), {
    outcome: 'passed',
    host: 'agents[0], agents[1]',
    result: { 'agents[0]': { exit: 0 }, 'agents[1]': { exit: 0 } },
    captures: [
      ['x', 'y'],
      [1, 2],
    ],
    checks: [
      { host: 'agents[0]', subject: 'exit' },
      { host: 'agents[1]', subject: 'exit' },
    ],
    unreachable: false,
  })
})

t.test('one that failed fails all, one that errored makes all of it errored', async (t) => {
  t.match(combineAttempts(hosts, [passed, failed]), { outcome: 'failed' })
  const mixed = combineAttempts(hosts, [failed, lost])
  t.match(mixed, { outcome: 'errored', problem: { code: 'connection', message: 'agents[1]: gone' }, unreachable: true })
  const defect = attempt('errored', null, { problem: { code: 'defect', severity: 'error', message: 'bug', place } })
  t.match(combineAttempts(hosts, [lost, defect]), { unreachable: false, problem: { message: 'agents[0]: gone\nagents[1]: bug' } })
  t.equal(combineAttempts(hosts, [lost, lost]).problem?.message, 'agents[0], agents[1]: gone', 'what is the same is told once')
  t.equal(combineAttempts(hosts, [passed, { ...lost, timedOut: true }]).timedOut, true)
})

t.test('on any host: the first that passes ends it, and is the only one told', async (t) => {
  const asked: string[] = []
  const scripted = (attempts: Readonly<Record<string, Attempt>>) => async (host: string) => (asked.push(host), attempts[host] ?? failed)
  const held = await firstThatHolds(['a', 'b', 'c'], scripted({ b: passed }))
  t.same(held, passed)
  t.same(asked, ['a', 'b'])
  const sight: Sight = { asked: {}, found: 1, cuts: new Map(), absences: new Map(), isResult: true }
  const both = scripted({ a: { ...failed, sights: [{ ...sight, host: 'a' }] }, b: { ...passed, sights: [{ ...sight, host: 'b' }] } })
  t.match(
    await firstThatHolds(['a', 'b'], both),
    { outcome: 'passed', sights: [{ host: 'a' }, { host: 'b' }] },
    'the record has all that was seen',
  )
  const none = await firstThatHolds(['a', 'b'], scripted({}))
  t.match(none, { outcome: 'failed', host: 'a, b', checks: [{ host: 'a' }, { host: 'b' }] })
})
