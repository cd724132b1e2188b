import t from 'tap'
import { combineOutcomes, isCutShort, judgeRun, weighStep } from '../../../runner/engine/outcome.ts'
import type { Outcome } from '../../../schemas/event.ts'
import type { Problem } from '../../../schemas/problem.ts'

function problem(code: Problem['code']): Problem {
  return { code, severity: 'error', message: 'why' }
}

t.test('errored beats failed beats passed beats skipped, in whatever order', async (t) => {
  const ranks: readonly Outcome[] = ['skipped', 'passed', 'failed', 'errored']
  for (const [high, worse] of ranks.entries())
    for (const [low, better] of ranks.entries()) {
      if (low > high) continue
      t.equal(combineOutcomes([better, worse]), worse)
      t.equal(combineOutcomes([worse, better]), worse)
    }
  t.equal(combineOutcomes([]), 'skipped', 'nothing is not passed')
})

t.test('a run without an assertion has failed, unless it is errored', async (t) => {
  for (const outcome of ['skipped', 'passed', 'failed', 'errored'] as const) {
    t.equal(judgeRun([{ outcome }], 1), outcome)
    t.equal(judgeRun([{ outcome }], 0), outcome === 'errored' ? 'errored' : 'failed')
  }
})

t.test('a soft step that did not hold does not decide; what was cut short was not tested, soft or not', async (t) => {
  t.equal(weighStep({ outcome: 'failed', soft: true }), 'passed')
  t.equal(weighStep({ outcome: 'errored', soft: true, problem: problem('timeout') }), 'passed')
  t.equal(weighStep({ outcome: 'failed', soft: false }), 'failed')
  t.equal(weighStep({ outcome: 'skipped', soft: true }), 'skipped')
  t.equal(weighStep({ outcome: 'errored', soft: true, problem: problem('interrupted') }), 'errored')
  t.equal(weighStep({ outcome: 'skipped', soft: true, problem: problem('scenario-timeout') }), 'errored')
})

t.test('only an interruption from outside cuts short', async (t) => {
  t.ok(isCutShort(problem('interrupted')))
  t.ok(isCutShort(problem('scenario-timeout')))
  t.notOk(isCutShort(problem('timeout')), "the step's own time is the step's own matter")
  t.notOk(isCutShort(undefined))
})
