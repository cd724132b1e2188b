import t from 'tap'
import { systemClock } from '../../../runner/time/clock.ts'

t.test('sleep ends after its time, or when its signal is aborted', async (t) => {
  const before = performance.now()
  await systemClock.sleep(20, new AbortController().signal)
  t.ok(performance.now() - before >= 18, 'it has slept')
  const controller = new AbortController()
  const sleeping = systemClock.sleep(600_000, controller.signal)
  controller.abort()
  await sleeping
  await systemClock.sleep(600_000, AbortSignal.abort())
  t.ok(performance.now() - before < 60_000, 'an aborted sleep does not last')
})

t.test('a sleep that ended leaves no listener at its signal', async (t) => {
  const controller = new AbortController()
  let listeners = 0
  const { signal } = controller
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...given: Parameters<typeof add>) => ((listeners += 1), add(...given))
  signal.removeEventListener = (...given: Parameters<typeof remove>) => ((listeners -= 1), remove(...given))
  await systemClock.sleep(1, signal)
  t.equal(listeners, 0)
})

t.test('now is the time of this computer, and what has elapsed is not', async (t) => {
  t.ok(Math.abs(systemClock.now() - Date.now()) < 1000)
  const real = Date.now
  t.teardown(() => (Date.now = real))
  const before = systemClock.elapsed()
  Date.now = () => 0
  t.equal(systemClock.now(), 0)
  t.ok(systemClock.elapsed() >= before, 'a clock that is set back sets no deadline back')
})
