import t from 'tap'
import { pollUntil } from '../../../runner/time/poll-until.ts'
import type { Attempted } from '../../../runner/time/poll-until.ts'
import { createFakeClock, never } from '../local-run.ts'

interface Told {
  readonly left: number[]
  readonly before: (string | undefined)[]
  readonly polls: unknown[]
}

/** Polls with attempts that come to what the script says, each taking `takesMs`. */
async function poll(
  script: readonly Attempted<string>['verdict'][],
  until: { withinMs: number; everyMs: number },
  takesMs = 0,
  signal = never,
) {
  const clock = createFakeClock()
  const told: Told = { left: [], before: [], polls: [] }
  const polled = await pollUntil(
    until,
    clock,
    signal,
    async (number, leftMs, before: string | undefined) => {
      told.left.push(leftMs)
      told.before.push(before)
      await clock.sleep(takesMs, never)
      return { verdict: script[number - 1] ?? 'again', last: `miss ${number}`, value: `value ${number}` }
    },
    (...poll) => told.polls.push(poll),
  )
  return { polled, told }
}

t.test('it ends with the attempt that holds', async (t) => {
  const { polled, told } = await poll(['again', 'again', 'held'], { withinMs: 1000, everyMs: 100 }, 10)
  t.same(polled, { value: 'value 3', attempts: 3, elapsedMs: 230, expired: false })
  t.same(told.left, [1000, 890, 780], 'each attempt is told what is left')
  t.same(told.before, [undefined, 'value 1', 'value 2'], 'and what the one before came to')
  t.same(told.polls, [
    [1, 10, 'miss 1'],
    [2, 120, 'miss 2'],
  ])
})

t.test('it ends at once when more attempts cannot change it', async (t) => {
  const { polled, told } = await poll(['again', 'stop', 'held'], { withinMs: 1000, everyMs: 100 })
  t.match(polled, { value: 'value 2', attempts: 2, expired: false })
  t.equal(told.polls.length, 1)
})

t.test('the last attempt is made at the deadline, and there is always one', async (t) => {
  const late = await poll([], { withinMs: 250, everyMs: 100 })
  t.match(late.polled, { attempts: 4, elapsedMs: 250, expired: true })
  t.same(late.told.left, [250, 150, 50, 1000], 'the one at the deadline gets a time of its own')
  const atTheEnd = await poll(['again', 'again', 'held'], { withinMs: 450, everyMs: 300 })
  t.match(atTheEnd.polled, { attempts: 3, elapsedMs: 450, expired: false }, 'what became true just before it is seen')
  const lengthy = await poll([], { withinMs: 5000, everyMs: 1500 }, 2000)
  t.same(lengthy.told.left, [5000, 1500], 'an attempt that goes on at the deadline is the last')
  const long = await poll([], { withinMs: 5000, everyMs: 4000 }, 900)
  t.same(long.told.left, [5000, 100], 'and so is one that is begun just before it')
  const grace = await poll([], { withinMs: 1500, everyMs: 1000 }, 700)
  t.same(grace.told.left, [1500, 1400], 'twice the time of the longest')
  const none = await poll([], { withinMs: 0, everyMs: 100 })
  t.match(none.polled, { attempts: 1, expired: true })
  const slow = await poll([], { withinMs: 100, everyMs: 10 }, 500)
  t.match(slow.polled, { attempts: 1, elapsedMs: 500, expired: true }, 'an attempt that outlasts the deadline is the last')
})

t.test('an abort ends it with what is known', async (t) => {
  const { polled } = await poll([], { withinMs: 1000, everyMs: 100 }, 0, AbortSignal.abort())
  t.match(polled, { value: 'value 1', attempts: 1, expired: true })
})
