import t from 'tap'
import { instanceTypes } from '../../../schemas/cluster-rules/instance-types.ts'
import { instancePrice, natPrice, volumePrice } from '../../../stack/price/table.ts'
import { priceLine, priceNow, priceOf } from '../../../stack/price/testbed-price.ts'
import { seedCluster } from '../fixtures.ts'

t.test('the whole testbed: machines, agents, NAT gateway, public addresses, volumes', async (t) => {
  const price = priceOf(seedCluster)
  const machines = 0.0057 + 0.0912 + 2 * 0.0456 + 0.111
  const expected = { machines, 'NAT gateway': 0.048, 'public IPv4 addresses': 0.01, volumes: ((4 * 16 + 30) * 0.088) / 730 }
  t.same(
    Object.fromEntries(price.parts.map(({ name, price: part }) => [name, part.toFixed(6)])),
    Object.fromEntries(Object.entries(expected).map(([name, part]) => [name, part.toFixed(6)])),
  )
  t.equal(price.total.toFixed(4), '0.3684')
  t.equal(
    priceLine('eu-west-1', price),
    'about USD 0.37 an hour in eu-west-1, on demand, without traffic (machines 0.30, NAT gateway 0.05, public IPv4 addresses 0.01, volumes 0.01; prices of 2026-01)',
  )
})

t.test('agents count as many as are desired', async (t) => {
  const three = { ...seedCluster, agents: { ...seedCluster.agents, capacity: { min: 0, desired: 3, max: 9 } } }
  t.equal((priceOf(three).total - priceOf(seedCluster).total).toFixed(5), (2 * (0.111 + (30 * 0.088) / 730)).toFixed(5))
})

t.test('what is stopped costs its disk alone, and what goes on is listed', async (t) => {
  const stopped = priceNow('eu-west-1', seedCluster, { machines: [], agents: 0 })
  t.equal(stopped.total.toFixed(4), (0.048 + 0.005 + (4 * 16 * 0.088) / 730).toFixed(4))
  t.match(
    priceLine('eu-west-1', stopped),
    'about USD 0.06 an hour in eu-west-1, on demand, without traffic (machines 0.00, NAT gateway 0.05',
  )
  const half = priceNow('eu-west-1', seedCluster, { machines: ['gateway'], agents: 0 })
  t.equal((half.total - stopped.total).toFixed(4), '0.0456', 'a machine that has no public address')
})

t.test('what has no price is told, and the rest is a lower bound', async (t) => {
  const odd = { ...seedCluster, machines: { ...seedCluster.machines, master: { instanceType: 'x1e.large' } } }
  t.match(priceLine('eu-west-1', priceOf(odd)), /^more than USD 0\.32 an hour .*; no price is known of x1e\.large\)$/)
  const far = priceOf({ ...seedCluster, region: 'mx-central-1' })
  t.same(far.unknown, ['t3.nano', 't3.large', 't3.medium', 'm4.large', 'NAT gateway', 'volumes'])
  for (const type of ['m5.metal', 'constructor.large', 'm5', 'm5.0', '.large']) t.equal(instancePrice(type, 'us-east-1'), undefined, type)
})

t.test('sizes cost as AWS prices them, and every type of the VPC driver has a price where Titus ran', async (t) => {
  // From AWS's price list of us-east-1, January 2026.
  const listed = { 't3.nano': 0.0052, 't2.micro': 0.0116, 'm4.10xlarge': 2, 'm4.16xlarge': 3.2, 'm5.12xlarge': 2.304, 'm5.24xlarge': 4.608 }
  for (const [type, price] of Object.entries({
    ...listed,
    'c5.9xlarge': 1.53,
    'c5.18xlarge': 3.06,
    'r4.16xlarge': 4.256,
    'p2.16xlarge': 14.4,
  }))
    t.equal(instancePrice(type, 'us-east-1')?.toFixed(4), price.toFixed(4), type)
  for (const type of Object.keys(instanceTypes)) t.ok(instancePrice(type, 'eu-west-1'), type)
  t.equal(natPrice('us-east-1'), 0.045)
  t.equal(((volumePrice('us-east-1') ?? 0) * 730).toFixed(3), '0.080')
})
