import { once } from 'node:events'
import t from 'tap'
import { startDeadline } from '../../../runner/time/deadline.ts'

t.test('a deadline passes by itself, and says so', async (t) => {
  const deadline = startDeadline(300)
  t.equal(deadline.ms, 300)
  t.notOk(deadline.passed)
  await once(deadline.signal, 'abort')
  t.ok(deadline.passed)
  t.equal(deadline.remainingMs(), 0, 'never less than nothing')
  t.match(deadline.signal.reason, { name: 'TimeoutError', message: 'the deadline of 300 ms has passed' })
  deadline.dispose()
})

t.test('of nested deadlines the nearest counts, and only that one has passed', async (t) => {
  const parent = new AbortController()
  const deadline = startDeadline(60_000, parent.signal)
  t.ok(deadline.remainingMs() > 59_000)
  const reason = new Error('interrupted')
  parent.abort(reason)
  t.ok(deadline.signal.aborted)
  t.equal(deadline.signal.reason, reason, 'the reason is that of the parent')
  t.notOk(deadline.passed, 'an interruption from outside is no end of the time')
  deadline.dispose()
})

t.test('a parent that was aborted before aborts at once', async (t) => {
  const deadline = startDeadline(60_000, AbortSignal.abort('before'))
  t.ok(deadline.signal.aborted)
  t.equal(deadline.signal.reason, 'before')
  deadline.dispose()
})

t.test('after its work is done a deadline aborts nothing, and follows its parent no more', async (t) => {
  const parent = new AbortController()
  const deadline = startDeadline(1, parent.signal)
  deadline.dispose()
  const later = startDeadline(10)
  await once(later.signal, 'abort')
  parent.abort()
  t.notOk(deadline.signal.aborted)
  later.dispose()
})

t.test('a deadline that is held does not pass, and has as much time left as before', async (t) => {
  const deadline = startDeadline(200)
  const goOn = deadline.hold()
  const goOnToo = deadline.hold()
  await new Promise((resolve) => setTimeout(resolve, 300))
  t.notOk(deadline.passed)
  goOn()
  const left = deadline.remainingMs()
  t.ok(left > 50 && left <= 200, `${left} ms`)
  goOnToo()
  t.notOk(deadline.signal.aborted)
  await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve))
  t.ok(deadline.passed)
  const disposed = startDeadline(10)
  const letGo = disposed.hold()
  disposed.dispose()
  letGo()
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.notOk(disposed.signal.aborted, 'one that is over is not started again')
})
