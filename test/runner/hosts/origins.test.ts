import t from 'tap'
import { containerAt, machinesAt } from '../../../runner/hosts/origins.ts'
import type { Json } from '../../../schemas/json.ts'
import { exitOf, fakeHops, testbedOn } from '../../cli/fake-testbed.ts'

function names(origin: Json, allowLocal = false): readonly string[] {
  const ground = { testbed: testbedOn('lab'), hops: fakeHops(() => exitOf()), allowLocal }
  return machinesAt(origin, ground).map(({ name }) => name)
}

t.test('an origin is a host, a group, or a container on a host', async (t) => {
  t.same(names('gateway'), ['gateway'])
  t.same(names('agents.all'), ['agents[0]', 'agents[1]'])
  t.same(names('local', true), ['local'])
  const id = '4f1c9b2ad0e1ffffffff'
  t.same(names({ container: id, agent: '30.0.100.50' }), ['agents[0]/4f1c9b2ad0e1'])
  t.same(names({ container: id, host: 'agents[1]' }), ['agents[1]/4f1c9b2ad0e1'])
  t.same(names({ container: { container: id, agent: 'agents[0]', ip: '30.0.100.99' } }), ['agents[0]/4f1c9b2ad0e1'], 'a captured task')
  t.same(
    names({ container: { container: id, agent: 'agents[0]' }, agent: 'agents[1]' }),
    ['agents[1]/4f1c9b2ad0e1'],
    'the nearest name counts',
  )
})

t.test('a container without a host, and what is no container, are refused', async (t) => {
  t.throws(() => names({ container: 'abc' }), { code: 'no-host', message: /on which host is container abc/ })
  for (const origin of [{ agent: 'agents[0]' }, { container: '' }, { container: 7, agent: 'agents[0]' }])
    t.throws(() => names(origin), { code: 'no-container' }, JSON.stringify(origin))
  t.throws(() => containerAt(null), { code: 'no-container', hint: /`container` and `agent`/ })
  t.same(containerAt('abc'), { id: 'abc' })
})
