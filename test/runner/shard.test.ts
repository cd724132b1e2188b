import t from 'tap'
import { chooseShard } from '../../runner/shard.ts'
import { buildScenario } from './build-scenario.ts'

const scenarios = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => buildScenario(name, []))

function namesOf(count: number, lasted: Readonly<Record<string, number>> = {}): readonly (readonly string[])[] {
  const parts = Array.from({ length: count }, (_, at) => chooseShard(scenarios, { index: at + 1, count }, ({ name }) => lasted[name]))
  return parts.map((part) => part.map(({ name }) => name))
}

t.test('each scenario is in one part, in its order, whatever is known', async (t) => {
  for (const count of [1, 2, 3, 7, 9])
    for (const lasted of [{}, { a: 100 }, { a: 5, b: 900, g: 3 }])
      t.same(namesOf(count, lasted).flat().toSorted(), ['a', 'b', 'c', 'd', 'e', 'f', 'g'], `${count} ${JSON.stringify(lasted)}`)
  t.same(namesOf(3), [
    ['a', 'd', 'g'],
    ['b', 'e'],
    ['c', 'f'],
  ])
  t.same(namesOf(9).filter((part) => part.length === 0).length, 2)
})

t.test('parts take about the same time, and a scenario that nobody knows counts as much as the usual one', async (t) => {
  t.same(namesOf(2, { a: 600, b: 100, c: 100, d: 100, e: 100, f: 100, g: 100 }), [['a'], ['b', 'c', 'd', 'e', 'f', 'g']])
  t.same(namesOf(2, { a: 600, b: 100, c: 100, d: 100, e: 100 }), [['a'], ['b', 'c', 'd', 'e', 'f', 'g']])
})
