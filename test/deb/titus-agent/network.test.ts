import t from 'tap'
import { createAddressPool } from '../../../deb/titus-agent/network/address-pool.ts'
import { planAllocation, planCollection } from '../../../deb/titus-agent/network/allocation.ts'
import type { HeldAddress, VpcInterface } from '../../../deb/titus-agent/network/allocation.ts'
import { buildGuard } from '../../../deb/titus-agent/network/guard.ts'
import { buildLocalRule, buildTaskRoutes, nameLink } from '../../../deb/titus-agent/network/routing.ts'
import { parseSubnet } from '../../../deb/titus-agent/network/subnet.ts'
import type { VpcInterfaces } from '../../../deb/titus-agent/network/vpc-interfaces.ts'

const vpc: VpcInterface = {
  id: 'eni-1',
  mac: '02:00:00:00:00:01',
  deviceIndex: 1,
  attachmentStatus: 'attached',
  primaryAddress: '30.0.100.40',
  addresses: ['30.0.100.40', '30.0.100.41', '30.0.100.42'],
  groups: ['sg-1'],
}
const request = { taskId: 'new', deviceIndex: 1, securityGroups: ['sg-1'] }
function hold(taskId: string, address: string, groups = ['sg-1'], deviceIndex = 1): HeldAddress {
  return {
    taskId,
    address,
    deviceIndex,
    securityGroups: groups,
  }
}

t.test('the way to an address', async (t) => {
  const none = new Map<string, number>()
  t.same(planAllocation(request, undefined, [], 10, none), { do: 'create' })
  t.same(planAllocation(request, { ...vpc, attachmentStatus: 'attaching' }, [], 10, none), { do: 'wait' })
  t.same(planAllocation(request, { ...vpc, groups: ['sg-2'] }, [], 10, none), { do: 'set-groups' })
  t.same(planAllocation(request, { ...vpc, addresses: ['30.0.100.40'] }, [], 10, none), { do: 'assign', count: 4 }, 'four at a time')
  t.same(planAllocation(request, { ...vpc, addresses: ['30.0.100.40'] }, [], 3, none), { do: 'assign', count: 2 }, 'up to the limit')
  t.same(planAllocation(request, vpc, [], 10, none), { do: 'use', address: '30.0.100.41' })
  t.same(planAllocation(request, vpc, [hold('a', '30.0.100.41')], 10, none), { do: 'use', address: '30.0.100.42' })
  t.same(
    planAllocation(request, vpc, [], 10, new Map([['30.0.100.41', 5]])),
    { do: 'use', address: '30.0.100.42' },
    'the one unused for longest',
  )
  const both = [hold('a', '30.0.100.41'), hold('b', '30.0.100.42')]
  t.same(planAllocation(request, vpc, both, 3, none), { do: 'use', address: '30.0.100.40' }, 'the primary address is the last')
  t.match(planAllocation(request, vpc, [...both, hold('c', '30.0.100.40')], 3, none), { do: 'refuse' })
  t.match(planAllocation(request, vpc, [hold('a', '30.0.100.41', ['sg-2'])], 10, none), { do: 'refuse' }, 'other security groups')
  t.same(
    planAllocation(request, vpc, [hold('a', '30.0.9.9', ['sg-2'], 2)], 10, none),
    { do: 'use', address: '30.0.100.41' },
    'on another interface',
  )
})

t.test('idle addresses are collected, the primary one and held ones never', async (t) => {
  t.same(planCollection(vpc, [hold('a', '30.0.100.41')], new Map([['30.0.100.42', 10]]), 11), ['30.0.100.42'])
  t.same(
    planCollection(
      vpc,
      [],
      new Map([
        ['30.0.100.41', 10],
        ['30.0.100.42', 10],
      ]),
      10,
    ),
    [],
  )
})

t.test('tasks that start at the same time get different addresses', async (t) => {
  let eni: VpcInterface | undefined
  const calls: string[] = []
  // EC2 as far as the pool sees it, slow enough for calls to overlap if they could.
  const ec2: VpcInterfaces = {
    list: async () => (await new Promise((resolve) => setImmediate(resolve)), eni === undefined ? [] : [eni]),
    create: async (deviceIndex, groups) => {
      calls.push('create')
      eni = { ...vpc, deviceIndex, groups, addresses: [vpc.primaryAddress] }
    },
    setGroups: async () => void calls.push('set-groups'),
    assign: async (_, count) => {
      calls.push(`assign ${count}`)
      const before = eni ?? vpc
      const more = Array.from({ length: count }, (_, index) => `30.0.100.${100 + before.addresses.length + index}`)
      eni = { ...before, addresses: [...before.addresses, ...more] }
    },
    unassign: async () => undefined,
  }
  const pool = createAddressPool(ec2, 10)
  const ask = (taskId: string) => pool.allocate({ ...request, taskId }, new AbortController().signal)
  const given = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(ask))
  t.equal(new Set(given.map((one) => one.address)).size, 10)
  t.equal(given.at(-1)?.address, vpc.primaryAddress)
  t.same(calls, ['create', 'assign 4', 'assign 4', 'assign 1'])
  await t.rejects(ask('k'), { message: /no free address/ })
  pool.release('c')
  t.equal((await ask('k')).address, given[2]?.address)
})

t.test('subnets', async (t) => {
  t.same(parseSubnet('30.0.100.0/24'), { prefixLength: 24, router: '30.0.100.1' })
  t.equal(parseSubnet('10.1.255.128/25').router, '10.1.255.129')
  for (const bad of ['30.0.100.0', '300.0.0.0/24', '1.2.3.4/33', '']) t.throws(() => parseSubnet(bad), { message: /not a subnet/ })
})

t.test('links have names that the kernel takes and the guard matches', async (t) => {
  t.equal(nameLink('8AD0dccc-657f-419a-b67e-33f886aee567'), 'titus8ad0dccc65')
  const network = { address: '30.0.100.41', interfaceId: 'eni-1', interfaceAddress: '30.0.100.40', deviceIndex: 2, link: 'titusabc' }
  t.ok(buildTaskRoutes(network).includes('route replace 30.0.100.41/32 dev titusabc table 1002'))
  t.same(buildLocalRule([{ priority: 0 }, { priority: 32766 }]), [
    'rule add pref 100 lookup local protocol kernel',
    'rule del pref 0 lookup local',
  ])
  t.same(buildLocalRule([{ priority: 0 }, { priority: 100 }]), ['rule del pref 0 lookup local'], 'after an interruption')
  t.same(buildLocalRule([{ priority: 100 }]), [])
  t.match(buildGuard('30.0.100.20', [network]), 'elements = { "titusabc" . 30.0.100.41 }')
  t.notMatch(buildGuard('30.0.100.20', []), 'elements')
})
