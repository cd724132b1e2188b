import t from 'tap'
import { orderFlaws, parseOffset, parseOrder, parsePercent, parseRate, readSlowness } from '../../../runner/faults/fault-params.ts'
import { codesOf } from '../../schemas/language/scenario-text.ts'

t.test('values are read with their units, and what is out of range is none', async (t) => {
  for (const [text, value] of Object.entries({
    '5%': 500,
    '0.25%': 25,
    '100%': 10_000,
    '0%': undefined,
    '101%': undefined,
    '5': undefined,
  }))
    t.equal(parsePercent(text), value, text)
  for (const [text, value] of Object.entries({ '1mbit': 1e6, '64kbit': 64_000, '1.5gbit': 1.5e9, '0.1kbit': undefined, '1mb': undefined }))
    t.equal(parseRate(text), value, text)
  for (const [text, value] of Object.entries({ '+90s': 90_000, '-1m30s': -90_000, '90s': undefined, '+0s': undefined, '+90': undefined }))
    t.equal(parseOffset(text), value, text)
})

t.test('an order is a word, or a word with its values', async (t) => {
  t.same(parseOrder('crash'), { operation: 'crash', values: {} })
  t.same(parseOrder({ isolate: { from: ['master'] } }), { operation: 'isolate', values: { from: ['master'] } })
  t.same(readSlowness({ delay: '100ms', jitter: '10ms', loss: '5%', rate: '1mbit' }), {
    delayMs: 100,
    jitterMs: 10,
    lossBasisPoints: 500,
    bitsPerSecond: 1e6,
  })
  t.same(readSlowness({ loss: '1%' }), { lossBasisPoints: 100 })
})

t.test('what an expression has still to give has no flaws', async (t) => {
  for (const params of [undefined, { slow: undefined }, { slow: { delay: undefined, jitter: '1ms' } }, { slow: { delay: 5 } }, 'crash'])
    t.equal(orderFlaws(params as never).filter(({ code }) => code === 'out-of-range').length, 0, JSON.stringify(params))
})

t.test('what cannot be done as it is written is told at its place when the file is loaded', async (t) => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    explode: ['wrong-type 3:31'],
    slow: ['missing-key 3:31'],
    skew: ['missing-key 3:31'],
    '{ slow: {} }': ['too-few 3:39'],
    '{ isolate: { from: [master] }, skew: +1s }': ['too-many 3:31', 'wrong-type 3:68'],
    '{ slow: { delay: fast } }': ['wrong-form 3:48'],
    '{ slow: { delay: 2h } }': ['out-of-range 3:48'],
    '{ slow: { delay: 10ms, jitter: 20ms } }': ['out-of-range 3:62'],
    '{ slow: { jitter: 20ms } }': ['missing-key 3:41'],
    '{ slow: { loss: 5 } }': ['wrong-form 3:47'],
    '{ slow: { loss: 0% } }': ['out-of-range 3:47'],
    '{ slow: { rate: 1Mbps } }': ['wrong-form 3:47'],
    '{ slow: { speed: 1mbit } }': ['unknown-key 3:41'],
    '{ fill: { disk: 190% } }': ['out-of-range 3:47'],
    '{ fill: { path: /var } }': ['missing-key 3:39'],
    '{ fill: { disk: 90%, path: var } }': ['wrong-form 3:58'],
    '{ skew: { clock: 90s } }': ['wrong-form 3:48'],
    '{ isolate: { from: [] } }': ['too-few 3:50'],
    '{ crash: {} }': ['unknown-key 3:33'],
  }
  const found = Object.fromEntries(
    await Promise.all(
      Object.keys(cases).map(async (params) => [params, await codesOf(`steps:\n  - { host: gateway, machine: ${params} }\n`)] as const),
    ),
  )
  t.same(found, cases)
  for (const params of [
    'crash',
    'heal',
    'isolate',
    '{ isolate: { from: [master, agents.all] } }',
    '{ slow: { loss: 5% } }',
    "{ fill: { disk: '${{ a }}' } }",
  ])
    t.same(await codesOf(`vars: { a: 90% }\nsteps:\n  - { host: gateway, machine: ${params} }\n`), [], params)
})
