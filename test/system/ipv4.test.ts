import t from 'tap'
import {
  addressAt,
  contains,
  defaultSubnets,
  enclosingNetwork,
  isPrivate,
  networkOf,
  overlaps,
  parseAddress,
  parseNetwork,
  renderAddress,
  renderNetwork,
} from '../../system/ipv4.ts'

t.test('an address is four decimal numbers up to 255', async (t) => {
  for (const [text, value] of [
    ['0.0.0.0', 0],
    ['1.2.3.4', 0x01020304],
    ['255.255.255.255', 0xffffffff],
  ] as const) {
    t.equal(parseAddress(text), value)
    t.equal(renderAddress(value), text)
  }
  for (const text of ['', '1.2.3', '1.2.3.', '1.2.3.4.5', '1.2.3.-4', '1.2.3.256', '1.2.3.4 ', '010.0.0.1', '0x1.2.3.4', '1.2.3.1e1'])
    t.equal(parseAddress(text), undefined, text)
})

t.test('an address with a prefix lies in a network', async (t) => {
  const around = (text: string) => renderNetwork(enclosingNetwork(text) ?? { first: 1, last: 1, prefix: 1 })
  t.equal(around('200.1.2.3/20'), '200.1.0.0/20')
  t.equal(around('200.1.2.3/0'), '0.0.0.0/0')
  t.equal(around('200.1.2.3/32'), '200.1.2.3/32')
  t.same(enclosingNetwork('255.255.255.0/24'), { first: 0xffffff00, last: 0xffffffff, prefix: 24 })
  for (const text of ['1.2.3/8', '1.2.3.256/8', '1.2.3.4/33', '1.2.3.4/08', '1.2.3.4/', '1.2.3.4', ''])
    t.equal(enclosingNetwork(text), undefined, text)
})

t.test('a network is written from its first address', async (t) => {
  t.same(parseNetwork('30.0.100.0/24'), networkOf('30.0.100.0/24'))
  t.same(parseNetwork('30.0.100.7/24'), { fault: 'has bits set behind its prefix', instead: '30.0.100.0/24' })
  t.same(parseNetwork('nowhere'), { fault: 'is no IPv4 CIDR' })
  t.throws(() => networkOf('30.0.100.7/24'), RangeError)
})

t.test('addresses are counted from the first', async (t) => {
  t.equal(addressAt('30.0.0.0/16', 2), '30.0.0.2')
  t.equal(addressAt('255.255.255.0/24', 1), '255.255.255.1')
  t.equal(addressAt('10.0.255.250/24', 10), '10.0.255.10')
  t.equal(addressAt('no', 1), undefined)
})

t.test('networks hold each other, overlap, and are private', async (t) => {
  const [wide, inner, other] = [networkOf('30.0.0.0/16'), networkOf('30.0.100.0/24'), networkOf('30.1.0.0/16')]
  t.ok(contains(wide, inner))
  t.notOk(contains(inner, wide))
  t.ok(overlaps(inner, wide))
  t.notOk(overlaps(wide, other))
  t.same(
    ['10.30.0.0/16', '172.31.0.0/16', '172.32.0.0/16', '192.168.0.0/15', '100.64.0.0/10'].map((text) => isPrivate(networkOf(text))),
    [true, true, false, false, true],
  )
})

t.test('subnets that are not written lie in their network', async (t) => {
  t.same(defaultSubnets('30.0.0.0/16'), { public: '30.0.1.0/24', private: '30.0.100.0/24' })
  t.same(defaultSubnets('10.1.2.0/24'), { public: '10.1.2.0/25', private: '10.1.2.128/25' })
  t.same(defaultSubnets('nowhere'), defaultSubnets('30.0.0.0/16'))
})
