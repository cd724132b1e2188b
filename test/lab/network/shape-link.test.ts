import t from 'tap'
import { buildShapeCommand } from '../../../lab/network/shape-link.ts'

t.test('a delay takes netem, a rate alone does not, and without both the interface is as it was', async (t) => {
  const of = (shape: Parameters<typeof buildShapeCommand>[2]) => buildShapeCommand('i-1', 'eth0', shape).join(' ')
  const begin = 'tc -netns i-1 qdisc'
  t.equal(of({ delayMs: 100 }), `${begin} replace dev eth0 root netem delay 100ms`)
  t.equal(
    of({ delayMs: 100, jitterMs: 10, bitsPerSecond: 1_000_000 }),
    `${begin} replace dev eth0 root netem delay 100ms 10ms rate 1000000bit`,
  )
  t.equal(of({ bitsPerSecond: 1_000_000 }), `${begin} replace dev eth0 root tbf rate 1000000bit burst 16000b latency 400ms`)
  t.match(of({ bitsPerSecond: 1e9 }), /burst 1250000b/, 'a fast one bursts in proportion')
  t.equal(of({}), `${begin} delete dev eth0 root`)
})
