import t from 'tap'
import { buildLinks } from '../../../lab/network/links.ts'
import type { InstanceState } from '../../../lab/region-state.ts'
import { planMachines } from '../../../lab/region/reconcile.ts'
import type { ActualMachine } from '../../../lab/region/reconcile.ts'
import { makeInstance, makeInterface, makeRegion } from '../region-state.ts'

function withInstance(state: InstanceState, addresses: readonly string[] = ['30.0.100.10']) {
  return makeRegion({
    instances: [makeInstance('i-1', { state })],
    networkInterfaces: [makeInterface('eni-1', addresses, { instanceId: 'i-1' })],
  })
}

function actual(more: Partial<ActualMachine> = {}): ActualMachine {
  return {
    instanceId: 'i-1',
    state: 'running',
    links: buildLinks(withInstance('running')),
    isBusy: false,
    hasPoweredOff: false,
    reboots: 0,
    ...more,
  }
}

function plan(state: ReturnType<typeof withInstance>, ...machines: readonly ActualMachine[]): readonly string[] {
  return planMachines(state, machines).map(({ type }) => type)
}

t.test('machines follow the API', async (t) => {
  t.same(plan(withInstance('running')), ['boot'])
  t.same(plan(withInstance('pending')), ['boot'])
  t.same(plan(withInstance('running'), actual()), [])
  t.same(plan(withInstance('running'), actual({ state: 'stopped' })), ['boot'])
  t.same(plan(withInstance('running'), actual({ state: 'failed' })), [], 'a broken system is not started over and over')
  t.same(plan(withInstance('stopping'), actual()), ['stop'])
  t.same(plan(withInstance('stopped'), actual({ state: 'failed' })), ['stop'])
  t.same(plan(withInstance('stopped'), actual({ state: 'stopped' })), [])
  t.same(plan(withInstance('stopped')), [])
  t.same(plan(withInstance('shutting-down'), actual()), ['terminate'])
  t.same(plan(withInstance('terminated'), actual({ state: 'stopped' })), ['terminate'])
  t.same(plan(withInstance('terminated')), [])
  t.same(plan(makeRegion(), actual()), ['terminate'], 'an instance that the API has forgotten')
})

t.test('a machine that is being worked on is left alone', async (t) => {
  for (const state of ['running', 'stopped', 'terminated'] as const)
    t.same(plan(withInstance(state), actual({ isBusy: true, state: 'stopped' })), [])
  t.same(plan(makeRegion(), actual({ isBusy: true })), [])
})

t.test('a machine that switched itself off stays off until the API was seen to know', async (t) => {
  t.same(plan(withInstance('running'), actual({ state: 'stopped', hasPoweredOff: true })), [])
  t.same(plan(withInstance('running'), actual({ state: 'stopped', hasPoweredOff: false })), ['boot'])
})

t.test('a reboot that the API was asked for is done once', async (t) => {
  const region = withInstance('running')
  const asked = { ...region, instances: region.instances.map((instance) => ({ ...instance, reboots: 2 })) }
  t.match(planMachines(asked, [actual({ reboots: 1 })]), [{ type: 'reboot', instance: { id: 'i-1' } }])
  t.same(plan(asked, actual({ reboots: 2 })), [])
})

t.test('interfaces', async (t) => {
  t.same(plan(makeRegion({ instances: [makeInstance('i-1')] })), [], 'no machine before its first interface')
  const changed = planMachines(withInstance('running', ['30.0.100.10', '30.0.100.11']), [actual()])
  t.match(changed, [{ type: 'connect', instanceId: 'i-1', links: [{ addresses: ['30.0.100.10', '30.0.100.11'] }] }])
  const region = withInstance('running')
  const extra = makeInterface('eni-2', ['30.0.100.50'], { instanceId: 'i-1', deviceIndex: 1 })
  t.match(planMachines({ ...region, networkInterfaces: [...region.networkInterfaces, extra] }, [actual()]), [
    { type: 'connect', links: { length: 2 } },
  ])
  t.match(planMachines(region, [actual({ links: [] })]), [{ type: 'connect', links: { length: 1 } }])
})

t.test('a group scales up and down', async (t) => {
  const three = ['1', '2', '3']
  const region = makeRegion({
    instances: three.map((n) => makeInstance(`i-${n}`, { state: n === '1' ? 'terminated' : 'running' })),
    networkInterfaces: three.slice(1).map((n) => makeInterface(`eni-${n}`, [`30.0.100.${n}`], { instanceId: `i-${n}` })),
  })
  t.match(planMachines(region, [actual()]), [
    { type: 'terminate', instanceId: 'i-1' },
    { type: 'boot', instance: { id: 'i-2' } },
    { type: 'boot', instance: { id: 'i-3' } },
  ])
})
