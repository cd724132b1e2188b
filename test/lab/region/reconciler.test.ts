import t from 'tap'
import { EventEmitter, once } from 'node:events'
import type { Machine } from '../../../lab/machines/machine.ts'
import type { Router } from '../../../lab/network/router.ts'
import type { RegionState } from '../../../lab/region-state.ts'
import { createReconciler } from '../../../lab/region/reconciler.ts'
import type { ReconcilerOptions } from '../../../lab/region/reconciler.ts'
import { makeInstance, makeInterface, makeRegion } from '../region-state.ts'

function nothing(): Promise<void> {
  return Promise.resolve()
}
const router: Router = {
  setAddresses: nothing,
  filter: nothing,
  addNamespace: nothing,
  removeNamespace: nothing,
  attach: nothing,
  detach: nothing,
  route: nothing,
  shape: nothing,
}

/** A reconciler over a region that stays as it is; says `read` and `create` when it reads it and makes a machine. */
function watch(region: RegionState, more: Partial<ReconcilerOptions> = {}) {
  const events = new EventEmitter()
  const reconciler = createReconciler({
    initial: region,
    readRegion: () => {
      events.emit('read')
      return Promise.resolve(region)
    },
    router,
    resolver: { listen: nothing },
    createMachine: () => {
      events.emit('create', Date.now())
      return Promise.reject(new Error('no room'))
    },
    stopInstance: nothing,
    faults: new Map(),
    log: () => undefined,
    ...more,
  })
  return { events, reconciler }
}

t.test('a stream of changes does not put off that the region is looked at', async (t) => {
  const { events, reconciler } = watch(makeRegion())
  let changes = 0
  const stream = setInterval(() => {
    changes += 1
    reconciler.trigger()
  }, 5)
  t.teardown(() => clearInterval(stream))
  for (let reads = 0; reads < 3; reads += 1) await once(events, 'read')
  t.ok(changes < 300, `seen after ${changes} changes, not only when nothing changes any more`)
})

t.test('what cannot be done is tried again, but not at once', async (t) => {
  const networkInterfaces = [makeInterface('eni-1', ['30.0.100.10'], { instanceId: 'i-1' })]
  const lines: string[] = []
  const awake = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(awake))
  const { events, reconciler } = watch(makeRegion({ instances: [makeInstance('i-1')], networkInterfaces }), {
    log: (line) => lines.push(line),
  })
  reconciler.trigger()
  const [first] = (await once(events, 'create')) as [number]
  const [second] = (await once(events, 'create')) as [number]
  t.ok(second - first > 1000, `after ${second - first} ms`)
  t.same(lines, ['boot i-1: Error: no room'])
  t.match(reconciler.listMachines(), [{ instanceId: 'i-1', address: '30.0.100.10' }])
})

t.test('what a machine says of itself is handed on: a limit that it could not be given, and its log', async (t) => {
  const networkInterfaces = [makeInterface('eni-1', ['30.0.100.10'], { instanceId: 'i-1' })]
  const booted = new EventEmitter()
  const awake = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(awake))
  const machine: Machine = {
    instanceId: 'i-1',
    warning: 'its disk has no limit: no loop devices',
    state: () => ({ state: 'running', sinceMs: 1 }),
    links: () => [],
    log: () => Promise.resolve('said\n'),
    boot: async () => void booted.emit('boot'),
    connect: nothing,
    stop: nothing,
    reboot: nothing,
    crash: nothing,
    freeze: nothing,
    thaw: () => undefined,
    shape: nothing,
    terminate: nothing,
  }
  const { reconciler } = watch(makeRegion({ instances: [makeInstance('i-1')], networkInterfaces }), { createMachine: async () => machine })
  t.equal(reconciler.machineLog('i-1'), undefined, 'not there yet')
  reconciler.trigger()
  await once(booted, 'boot')
  t.match(reconciler.listMachines(), [{ instanceId: 'i-1', warning: 'its disk has no limit: no loop devices' }])
  t.equal(await reconciler.machineLog('i-1'), 'said\n')
  t.equal(reconciler.machineLog('i-2'), undefined)
})
