import t from 'tap'
import type { MachineFaults } from '../../../lab/faults/machine-faults.ts'
import type { Machine } from '../../../lab/machines/machine.ts'
import { createBreaker } from '../../../lab/region/break-machine.ts'

/** A breaker over a machine that says what is done to it. */
function watch() {
  const done: string[] = []
  const faults = new Map<string, MachineFaults>()
  const machine = {
    crash: async () => void done.push('crash'),
    freeze: async () => void done.push('freeze'),
    thaw: () => void done.push('thaw'),
    shape: async (shape: object) => void done.push(`shape ${JSON.stringify(shape)}`),
  } as unknown as Machine
  const breakMachine = createBreaker(faults, {
    withMachine: async (_, act) => act(machine),
    keepDown: async (id) => void done.push(`keep ${id} down`),
    reconcile: async () => void done.push('reconcile'),
  })
  return { done, faults, breakMachine }
}
const instanceId = 'i-0a'

t.test('a machine that crashed is kept down before it is, or it would be booted', async (t) => {
  const { done, breakMachine } = watch()
  await breakMachine({ instanceId, kind: 'crash' })
  t.same(done, ['keep i-0a down', 'crash'])
})

t.test('a machine is frozen and thawed', async (t) => {
  const { done, breakMachine } = watch()
  await breakMachine({ instanceId, kind: 'freeze' })
  await breakMachine({ instanceId, heals: 'freeze' })
  t.same(done, ['freeze', 'thaw'])
})

t.test('faults of the network add up, and are healed one by one', async (t) => {
  const { done, faults, breakMachine } = watch()
  const isolation = { ways: [] }
  const slowness = { delayMs: 10, lossBasisPoints: 5 }
  await breakMachine({ instanceId, kind: 'isolate', isolation })
  await breakMachine({ instanceId, kind: 'slow', slowness })
  t.same(faults.get(instanceId), { isolation, slowness })
  await breakMachine({ instanceId, heals: 'isolate' })
  t.same(faults.get(instanceId), { slowness })
  await breakMachine({ instanceId, heals: 'slow' })
  t.equal(faults.size, 0)
  t.same(done, ['reconcile', 'shape {"delayMs":10}', 'reconcile', 'reconcile', 'shape {}', 'reconcile'])
})
