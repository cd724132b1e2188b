import t from 'tap'
import { schedule } from '../../../runner/engine/schedule.ts'

/** What ran at the same time as each, itself among it, in the order of their beginnings. */
async function together(items: readonly string[], parallel: number): Promise<readonly string[]> {
  const running = new Set<string>()
  const seen: string[] = []
  await schedule(items, { parallel, isExclusive: (item) => item.startsWith('x') }, async (item) => {
    running.add(item)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(`${item}: ${[...running].join(' ')}`)
    await new Promise((resolve) => setImmediate(resolve))
    running.delete(item)
  })
  return seen
}

t.test('several run at the same time, in their order, and an exclusive one alone', async (t) => {
  t.same(await together(['a', 'b', 'c'], 2), ['a: a b', 'b: a b', 'c: c'])
  t.same(await together(['a', 'b', 'x', 'c', 'd'], 4), ['a: a b', 'b: a b', 'x: x', 'c: c d', 'd: c d'])
  t.same(await together(['x1', 'x2'], 9), ['x1: x1', 'x2: x2'])
  t.same(await together(['a', 'b'], 1), ['a: a', 'b: b'])
  t.same(await together([], 3), [])
})
