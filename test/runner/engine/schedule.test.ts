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

t.test('one that waits for others lets those behind it pass, and an exclusive one is alone all the same', async (t) => {
  const order = async (items: readonly string[], needs: Readonly<Record<string, string>>, parallel: number) => {
    const begun: string[] = []
    const running = new Set<string>()
    const waitsFor = (item: string) => needs[item]?.split('') ?? []
    await schedule(items, { parallel, isExclusive: (item) => item === 'x', waitsFor }, async (item) => {
      running.add(item)
      begun.push([...running].join(''))
      for (const other of waitsFor(item).filter((each) => each !== item)) t.notOk(running.has(other), `${item} begins behind ${other}`)
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(item)
    })
    return begun
  }
  t.same(await order(['a', 'b', 'c'], { a: 'b' }, 1), ['b', 'a', 'c'])
  t.same(await order(['a', 'b', 'c'], { a: 'c' }, 2), ['b', 'bc', 'a'])
  t.same(await order(['a', 'x', 'b'], { x: 'b' }, 3), ['a', 'ab', 'x'])
  t.same(await order(['a', 'x', 'b'], { b: 'x' }, 3), ['a', 'x', 'b'])
  t.same(await order(['a', 'b'], { a: 'a' }, 2), ['b', 'a'], 'nobody waits for ever')
})
