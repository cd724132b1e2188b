import t from 'tap'
import { cutOffAttempt, isOutOfTime, judgeRefusal, noAnswer } from '../../../runner/hops/no-answer.ts'

const passed = AbortSignal.abort(new DOMException('over', 'TimeoutError'))

t.test('an error is of the port by its code as by its words, and all others are of the machine', async (t) => {
  const words = { ECONNREFUSED: 'Connection refused', EHOSTUNREACH: 'No route to host', ENETUNREACH: 'Network is unreachable' }
  for (const [code, detail] of Object.entries(words)) {
    const state = code === 'ECONNREFUSED' ? 'refused' : 'filtered'
    t.same(judgeRefusal(code), { state, detail })
    t.same(judgeRefusal(detail.toLowerCase()), { state, detail })
  }
  for (const code of ['EHOSTDOWN', 'ETIMEDOUT', 'EPERM', 'EACCES']) t.match(judgeRefusal(code), { state: 'filtered' })
  const ofMachine = ['', 'EADDRNOTAVAIL', 'Cannot assign requested address', 'EMFILE', 'Too many open files', 'No route to host 1']
  for (const error of ofMachine) t.equal(judgeRefusal(error), undefined, error)
})

t.test('what the end of the time cuts off is a silence of the port only while the machine is heard', async (t) => {
  t.same(cutOffAttempt('box', passed, 700, performance.now()), noAnswer(700))
  const silent = { code: 'interrupted', message: 'box: when the time was over, the machine itself had not answered' }
  t.throws(() => cutOffAttempt('box', passed, 700, undefined), silent)
  t.throws(() => cutOffAttempt('box', passed, 700, performance.now() - 3000), { ...silent, message: /for 3 s$/ })
})

t.test('a deadline that has passed is no interruption', async (t) => {
  t.ok(isOutOfTime(passed))
  t.notOk(isOutOfTime(AbortSignal.abort()))
  t.notOk(isOutOfTime(new AbortController().signal))
})
