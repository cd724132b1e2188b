import t from 'tap'
import { addPoll, describePolls, judgeGap, noPolls } from '../../../runner/engine/poll-record.ts'
import type { Poll, PollRecord } from '../../../runner/engine/poll-record.ts'

/** Polls of 5 ms, one every 100 ms: `+` held, `-` was false, `?` could not tell. */
function recordOf(signs: string, from: PollRecord = noPolls): PollRecord {
  const verdicts: Readonly<Record<string, Poll['verdict']>> = { '+': 'held', '-': 'false', '?': 'untested' }
  return signs.split('').reduce((record, sign, index) => {
    const begunMs = 1000 + index * 100
    return addPoll(record, {
      begunMs,
      endedMs: begunMs + 5,
      verdict: verdicts[sign] ?? 'held',
      seen: `${sign}${index}`,
      during: `step ${index}`,
    })
  }, from)
}

function describe(signs: string) {
  return describePolls(recordOf(signs), { everyMs: 100, tolerateMs: 0 }, (ms) => 10_000 + ms)
}

t.test('polls are counted, and gaps reach from their first poll to their last', async (t) => {
  t.same(describe('++++'), { everyMs: 100, tolerateMs: 0, polls: 4, held: 4, untested: 0, share: 1, longestGapMs: 0, gaps: [] })
  const { gaps, ...sums } = describe('+--+?-?+')
  t.same(sums, { everyMs: 100, tolerateMs: 0, polls: 8, held: 3, untested: 2, share: 3 / 8, longestGapMs: 205 })
  t.same(gaps, [
    { firstAt: 11_100, lastAt: 11_205, ms: 105, polls: 2, verdict: 'false', seen: '-1', during: 'step 1' },
    { firstAt: 11_400, lastAt: 11_605, ms: 205, polls: 3, verdict: 'false', seen: '-5', during: 'step 4' },
  ])
  t.match(describe('+??').gaps, [{ verdict: 'untested', seen: '?1', ms: 105 }], 'one that goes on to the end')
  t.equal(describe('').share, 0)
})

t.test('a claim that was false for too long has failed, one of which nothing is known for too long is errored', async (t) => {
  const judge = (signs: string, tolerateMs: number) => recordOf(signs).gaps.map((gap) => judgeGap(gap, tolerateMs))
  t.same(judge('+-+', 0), ['failed'])
  t.same(judge('+-+', 5), ['passed'], 'not longer than is tolerated')
  t.same(judge('+-+', 4), ['failed'])
  t.same(judge('+--+', 104), ['failed'])
  t.same(judge('+?+', 0), ['errored'])
  t.same(judge('+??+', 105), ['passed'])
  t.same(judge('+?-?+', 50), ['errored'], 'it was seen to be false for 5 ms only, and what was before and after is not known')
  t.same(judge('+-?-+', 50), ['failed'])
  const instant = addPoll(noPolls, { begunMs: 1, endedMs: 1, verdict: 'false', seen: '' })
  t.same(
    instant.gaps.map((gap) => judgeGap(gap, 0)),
    ['failed'],
    'not even a poll that took no time is tolerated',
  )
})

t.test('of many gaps the first ones and the worst are kept', async (t) => {
  const record = recordOf(`${'+-'.repeat(30)}+${'-'.repeat(4)}+${'?'.repeat(6)}${'+-'.repeat(50)}`)
  t.equal(record.gaps.length, 20)
  t.equal(record.longestMs, 505)
  t.same(Math.max(...record.gaps.map(({ falsehood }) => (falsehood === undefined ? 0 : falsehood.lastMs - falsehood.firstMs))), 305)
  t.equal(record.polls, 60 + 5 + 7 + 100)
})
