import t from 'tap'
import { renderDuration } from '../../../runner/time/render-duration.ts'

t.test('a duration is told in the unit that a person would choose', async (t) => {
  const told: readonly (readonly [number, string])[] = [
    [0, '0 ms'],
    [339.6, '340 ms'],
    [999, '999 ms'],
    [999.6, '1.0 s'],
    [1000, '1.0 s'],
    [2549, '2.5 s'],
    [59_949, '59.9 s'],
    [59_950, '1m 0s'],
    [250_400, '4m 10s'],
    [3_600_000, '60m 0s'],
  ]
  for (const [ms, text] of told) t.equal(renderDuration(ms), text, `${ms} ms`)
})
