import t from 'tap'
import { watchHistory } from '../../../runner/history/entry.ts'
import type { HistoryEntry } from '../../../runner/history/entry.ts'
import { figuresOf, findSlowdown, quantile } from '../../../runner/history/figures.ts'
import { pastOf, usualMs } from '../../../runner/history/past.ts'
import { sparkline } from '../../../runner/history/sparkline.ts'
import type { Event, Outcome } from '../../../schemas/event.ts'

/** A sample a day. */
function samples(times: readonly number[]) {
  return times.map((ms, index) => ({ at: index * 86_400_000, run: `run-${index}`, ms }))
}

t.test('medians and the like are times that were measured', async (t) => {
  t.equal(quantile([3, 1, 2], 0.5), 2)
  t.equal(quantile([4, 1, 3, 2], 0.5), 2)
  t.equal(
    quantile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.95,
    ),
    95,
  )
  t.equal(quantile([7], 0.95), 7)
  t.equal(figuresOf([]), undefined)
  t.match(figuresOf(samples([5, 1, 9])), { count: 3, medianMs: 5, p95Ms: 9, latestMs: [5, 1, 9] })
  t.equal(figuresOf(samples(Array.from({ length: 500 }, () => 1)))?.count, 200, 'the latest')
})

t.test('what got slower, and since when', async (t) => {
  const steady = [1000, 1100, 900, 1050, 950, 1020, 980]
  const slow = [1500, 1600, 1450, 1550, 1520]
  t.match(findSlowdown(samples([...steady, ...slow])), { run: 'run-7', at: 7 * 86_400_000, beforeMs: 1000, afterMs: 1520 })
  t.equal(findSlowdown(samples([...steady, ...steady, ...steady])), undefined, 'what varies is not slower')
  t.equal(findSlowdown(samples([...steady, 5000, ...steady])), undefined, 'one that took long is no change')
  t.equal(findSlowdown(samples([...slow, ...steady])), undefined, 'faster is not slower')
  t.equal(findSlowdown(samples([...steady, 1500, 1600, 1450])), undefined, 'three say too little')
  t.equal(findSlowdown(samples([1, 1, 1, 1, 2, 2, 2, 2])), undefined, 'a millisecond is nothing')
})

function entry(outcome: Outcome, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return { at: 0, run: 'r', scenario: 's', file: 'a.yaml', outcome, durationMs: 10, waits: [], ...more }
}

t.test('flaky is what passed on a retry, or failed between two that passed', async (t) => {
  const [past] = pastOf([
    entry('passed'),
    entry('failed'),
    entry('passed'),
    entry('failed', { retried: true }),
    entry('passed', { flaky: true, durationMs: 999 }),
    entry('errored'),
    entry('failed'),
  ])
  t.match(past, { scenario: 's', runs: 6, passed: 3, flaky: 2, durations: { count: 2, p95Ms: 10 } })
  t.same(
    pastOf([entry('passed', { scenario: 'b' }), entry('passed', { scenario: 'a' })]).map(({ scenario }) => scenario),
    ['a', 'b'],
  )
})

t.test('a budget is half as much again as what was usual, once enough is known', async (t) => {
  const waited = (ms: number, outcome: Outcome = 'passed') => entry('passed', { waits: [{ step: 'it answers', outcome, attempts: 2, ms }] })
  const known = [100, 120, 110, 105, 400].map((ms) => waited(ms))
  t.equal(usualMs(known, 's', 'a.yaml', 'it answers'), 600)
  t.equal(usualMs(known.slice(1), 's', 'a.yaml', 'it answers'), undefined)
  t.equal(usualMs([...known.slice(1), waited(9000, 'failed')], 's', 'a.yaml', 'it answers'), undefined, 'what was given up says nothing')
  t.equal(usualMs(known, 's', 'b.yaml', 'it answers'), undefined)
})

t.test('a run leaves an entry for each attempt of a scenario that ran', async (t) => {
  const kept: HistoryEntry[] = []
  const see = watchHistory((each) => kept.push(each))
  const place = { file: 'a.yaml', line: 1, column: 1, length: 1 }
  const head = { at: 5, run: 'r' }
  const step = {
    path: [0, 0],
    name: 'it answers',
    within: ['launch'],
    kind: 'http',
    place,
    outcome: 'passed',
    soft: false,
    durationMs: 70,
    attempts: 3,
    checks: [],
  } as const
  const started: Event = { ...head, type: 'scenario-started', scenario: 's', file: 'a.yaml', steps: 1 }
  const ended: Event = { ...head, type: 'scenario-ended', scenario: 's', file: 'a.yaml', outcome: 'passed', durationMs: 90 }
  const events: readonly Event[] = [
    started,
    { ...head, type: 'step-ended', scenario: 's', step: { ...step, withinMs: 1000 } },
    { ...ended, outcome: 'failed', retried: true },
    started,
    { ...head, type: 'step-ended', scenario: 's', step },
    { ...ended, flaky: 'passed on attempt 2' },
    { ...ended, scenario: 'b', outcome: 'skipped' },
  ]
  events.forEach(see)
  t.same(kept, [
    {
      ...entry('failed'),
      at: 5,
      durationMs: 90,
      retried: true,
      waits: [{ step: 'launch › it answers', outcome: 'passed', attempts: 3, ms: 70 }],
    },
    { ...entry('passed'), at: 5, durationMs: 90, flaky: true },
  ])
})

t.test('a graph of one line', async (t) => {
  t.equal(sparkline([1, 2, 8]), '▁▂█')
  t.equal(sparkline([5, 5]), '▁▁')
  t.equal(sparkline([]), '')
})
