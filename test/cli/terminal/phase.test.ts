import t from 'tap'
import { boardLines, stillLine, timeOf, timeTable, withPart, withStep } from '../../../cli/terminal/phase.ts'
import type { Phase } from '../../../cli/terminal/phase.ts'

const boot: Phase = { name: 'boot', since: 1000, total: 3, steps: [], parts: new Map() }

t.test('each part has a line with how it stands and since when, one that ended with how long it took', (t) => {
  let phase = withPart(boot, 'bastion', 'not reached', 'working', 1000)
  phase = withPart(phase, 'gateway', 'not reached', 'working', 1000)
  phase = withPart(phase, 'gateway', 'booting', 'working', 4000)
  phase = withPart(phase, 'gateway', 'booting', 'working', 9000)
  phase = withPart(phase, 'bastion', 'ready', 'done', 6000)
  t.same(boardLines(phase, 75_400), ['boot: 1m 14s, 1 of 3 done', '  bastion ready after 5 s', '  gateway booting, 1m 11s'])
  t.equal(stillLine(phase, 75_400), 'boot: still at it after 1m 14s: gateway booting, 1m 11s')
  phase = withPart(phase, 'bastion', 'done', 'gone', 80_000)
  t.same(boardLines(phase, 80_000), ['boot: 1m 19s, 1 of 3 done', '  gateway booting, 1m 16s'], 'what is gone still counts')
  t.end()
})

t.test('steps are done one after the other, the last of them now', (t) => {
  let phase = withStep({ ...boot, name: 'lab', total: undefined }, 'Building the machine image', 1000)
  phase = withStep(phase, 'starting the AWS API', 31_000)
  t.same(boardLines(phase, 33_000), ['lab: 32 s', '  starting the AWS API, 2 s'])
  t.equal(stillLine(phase, 33_000), 'lab: still at it after 32 s: starting the AWS API')
  t.equal(stillLine({ ...boot, total: undefined }, 1000), 'boot: still at it after 0 s: at work')
  t.same(timeOf(phase, false, 33_500), {
    name: 'lab',
    ms: 32_500,
    failed: false,
    parts: [
      { name: 'Building the machine image', ms: 30_000 },
      { name: 'starting the AWS API', ms: 2500 },
    ],
  })
  t.end()
})

t.test('the table names what took long, at most five of a phase, the longest first of those that began together', (t) => {
  const phase = [900, 2000, 3000, 1000, 7000, 6000, 5000].reduce(
    (before, ms, index) => withPart(withPart(before, `m${index}`, 'booting', 'working', 1000), `m${index}`, 'ready', 'done', 1000 + ms),
    boot,
  )
  const times = [timeOf({ ...boot, name: 'plan' }, false, 5000), timeOf(phase, true, 8000)]
  t.same(timeTable(times), [
    'phase          seconds',
    'plan               4.0',
    'boot (failed)      7.0',
    '  m4               7.0',
    '  m5               6.0',
    '  m6               5.0',
    '  m2               3.0',
    '  m1               2.0',
    'sum               11.0',
  ])
  t.end()
})
