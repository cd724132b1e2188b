import t from 'tap'
import { ConnectionError } from '../../runner/hops/connection-error.ts'
import { refuse, StepError, joinProblems, toProblem } from '../../runner/step-error.ts'
import type { Problem } from '../../schemas/problem.ts'
import { place } from './build-scenario.ts'

const problems: readonly Problem[] = [
  { code: 'bad-url', severity: 'error', message: 'one', expected: '1', place, hint: 'do this' },
  { code: 'no-such-file', severity: 'error', message: 'two' },
]

t.test('several problems are one error with the code, place and hint of the first', async (t) => {
  t.throws(() => refuse(problems), { code: 'bad-url', message: 'one, expected 1\ntwo', place, hint: 'do this' })
  t.doesNotThrow(() => refuse([]))
  t.equal(joinProblems(problems.slice(1)), 'two')
})

t.test('what a step can meet becomes a problem; a defect of ours is one with all we know', async (t) => {
  const elsewhere = { ...place, line: 7 }
  t.same(toProblem(new StepError('bad-path', 'why', { hint: 'h' }), place), {
    code: 'bad-path',
    severity: 'error',
    place,
    message: 'why',
    hint: 'h',
  })
  t.match(toProblem(new StepError('bad-path', 'why', { place: elsewhere }), place), { place: elsewhere })
  t.match(toProblem(new ConnectionError('login', 'refused', { hint: 'key' }), place), { code: 'login', hint: 'key', place })
  const defect = new TypeError('bug')
  t.match(toProblem(defect, place), { code: 'defect', place, message: /TypeError: bug\n +at / })
  t.match(toProblem('thrown text', place), { code: 'defect', message: 'thrown text' })
})
