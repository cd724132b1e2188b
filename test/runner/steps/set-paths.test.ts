import t from 'tap'
import { setPaths } from '../../../runner/steps/set-paths.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'

const job: JsonObject = { name: 'a', container: { image: { name: 'nginx', tag: '1' } }, ports: [80, 443] }

t.test('parts are replaced, made and removed, and the value itself stays as it was', async (t) => {
  const before = structuredClone(job)
  const set = (changes: JsonObject) => setPaths(job, changes)
  t.same(set({ 'container.image.name': 'redis' }), { ...job, container: { image: { name: 'redis', tag: '1' } } })
  t.same(set({ 'labels.owner.team': 'x' }), { ...job, labels: { owner: { team: 'x' } } })
  t.same(set({ 'ports.0': 8080, 'ports.2': 9 }), { ...job, ports: [8080, 443, 9] })
  t.same(set({ 'container.image.tag': null }), { ...job, container: { image: { name: 'nginx' } } })
  t.same(set({ container: { image: 'x' }, 'container.image': 'y' }), { ...job, container: { image: 'y' } }, 'in their order')
  t.same(set({}), job)
  t.same(job, before)
})

t.test('a path that meets something without keys is refused', async (t) => {
  const refused: readonly (readonly [JsonObject, RegExp])[] = [
    [{ 'name.first': 'x' }, /name\.first: "a" has no key first/],
    [{ 'ports.3': 1 }, /ports\.3: the list has no item 3/],
    [{ 'ports.first': 1 }, /the list has no item first/],
    [{ 'ports.-1': 1 }, /the list has no item -1/],
  ]
  for (const [changes, message] of refused) t.throws(() => setPaths(job, changes), { code: 'bad-path', message })
  t.throws(() => setPaths(null as Json, { a: 1 }), { code: 'bad-path' })
})
