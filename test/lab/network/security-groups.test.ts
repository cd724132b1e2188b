import t from 'tap'
import { spawnSync } from 'node:child_process'
import { compileSecurityGroups } from '../../../lab/network/security-groups.ts'
import { buildLinks, buildLinkCommands } from '../../../lab/network/links.ts'
import type { RegionState, SecurityGroupRule } from '../../../lab/region-state.ts'
import { everywhere, makeGroup, makeInstance, makeInterface, makeRegion } from '../region-state.ts'

/** The rules of a chain of a compiled table. */
function chain(ruleset: string, name: string): readonly string[] {
  const lines = ruleset.split('\n').map((line) => line.trim())
  const start = lines.indexOf(`chain ${name} {`)
  return start < 0 ? [] : lines.slice(start + 1, lines.indexOf('}', start))
}

function ingressOf(...rules: readonly SecurityGroupRule[]): readonly string[] {
  return chain(compileSecurityGroups(makeRegion({ securityGroups: [makeGroup('sg-1', rules), makeGroup('sg-2', [])] })), 'ingress_sg_1')
}

const cidr = { cidr: '10.0.0.0/8' }
const all = { cidr: '0.0.0.0/0' }

t.test('each form of a rule', async (t) => {
  const cases: readonly (readonly [SecurityGroupRule, readonly string[]])[] = [
    [{ protocol: '-1', peer: all }, ['accept']],
    [{ protocol: '-1', peer: cidr }, ['ip saddr 10.0.0.0/8 accept']],
    [{ protocol: 'tcp', fromPort: 22, toPort: 22, peer: cidr }, ['ip saddr 10.0.0.0/8 tcp dport 22 accept']],
    [{ protocol: '6', fromPort: 22, toPort: 22, peer: all }, ['tcp dport 22 accept']],
    [{ protocol: 'udp', fromPort: 1000, toPort: 2000, peer: all }, ['udp dport 1000-2000 accept']],
    [{ protocol: 'tcp', fromPort: 0, toPort: 65_535, peer: all }, ['ip protocol tcp accept']],
    [{ protocol: 'tcp', peer: all }, ['ip protocol tcp accept']],
    [{ protocol: 'icmp', fromPort: -1, toPort: -1, peer: all }, ['ip protocol icmp accept']],
    [{ protocol: 'icmp', fromPort: 8, toPort: -1, peer: all }, ['icmp type 8 accept']],
    [{ protocol: '1', fromPort: 3, toPort: 4, peer: all }, ['icmp type 3 icmp code 4 accept']],
    [{ protocol: '50', peer: all }, ['ip protocol 50 accept']],
    [{ protocol: 'tcp', fromPort: 22, toPort: 22, peer: { groupId: 'sg-2' } }, ['ip saddr @g_sg_2 tcp dport 22 accept']],
    [{ protocol: '-1', peer: { groupId: 'sg-1' } }, ['ip saddr @g_sg_1 accept']],
    [{ protocol: '-1', peer: { cidr: '10.1.2.3/8' } }, ['ip saddr 10.0.0.0/8 accept']],
    // What cannot be a rule allows nothing
    [{ protocol: 'icmpv6', peer: all }, []],
    [{ protocol: '-1', peer: { cidr: '::/0' } }, []],
    [{ protocol: '-1', peer: { groupId: 'sg-unknown' } }, []],
    [{ protocol: '-1', peer: { cidr: '0.0.0.0/0 accept; x' } }, []],
    [{ protocol: 'tcp accept #', peer: all }, []],
    [{ protocol: 'tcp', fromPort: 90, toPort: 80, peer: all }, []],
    [{ protocol: 'tcp', fromPort: 22, toPort: 99_999, peer: all }, []],
  ]
  for (const [rule, expected] of cases) t.same(ingressOf(rule), expected, JSON.stringify(rule))
})

const region: RegionState = makeRegion({
  securityGroups: [
    makeGroup('sg-bastion', [{ protocol: 'tcp', fromPort: 22, toPort: 22, peer: { cidr: '203.0.113.1/32' } }]),
    makeGroup(
      'sg-main',
      [
        { protocol: '-1', peer: { groupId: 'sg-main' } },
        { protocol: 'tcp', fromPort: 22, toPort: 22, peer: { groupId: 'sg-bastion' } },
      ],
      [{ protocol: 'tcp', fromPort: 443, toPort: 443, peer: { cidr: '0.0.0.0/0' } }],
    ),
  ],
  instances: [
    makeInstance('i-1', { subnetId: 'subnet-pub' }),
    makeInstance('i-2', { metadata: { ...makeInstance('i').metadata, hopLimit: 1 } }),
  ],
  networkInterfaces: [
    makeInterface('eni-00000000000000001', ['30.0.1.10'], {
      instanceId: 'i-1',
      groupIds: ['sg-bastion'],
      subnetId: 'subnet-pub',
      publicAddress: '192.0.2.1',
    }),
    makeInterface('eni-00000000000000002', ['30.0.100.10'], { instanceId: 'i-2', groupIds: ['sg-main'], publicAddress: '192.0.2.2' }),
    makeInterface('eni-00000000000000003', ['30.0.100.20', '30.0.100.21'], {
      instanceId: 'i-2',
      deviceIndex: 1,
      groupIds: ['sg-main', 'sg-unknown'],
      sourceDestCheck: false,
    }),
    makeInterface('eni-00000000000000004', ['30.0.100.99'], { groupIds: ['sg-main'] }),
  ],
})

t.test('a region', async (t) => {
  const text = compileSecurityGroups(region)
  t.match(
    text,
    /set g_sg_main \{ type ipv4_addr; elements = \{ 30\.0\.100\.10, 30\.0\.100\.20, 30\.0\.100\.21 \} \}/,
    'members of attached interfaces',
  )
  t.match(text, /set reachable \{ type ipv4_addr; elements = \{ 30\.0\.1\.10 \} \}/, 'a public address in a private subnet is of no use')
  t.match(text, /"tb000000000001" \. 30\.0\.1\.10/)
  t.notMatch(text, /"tb000000000003" \. 30/, 'no source check, no source')
  t.match(text, /set unchecked \{ type ifname; elements = \{ "tb000000000003" \} \}/)
  t.same(chain(text, 'to_eni_00000000000000003'), [
    'ip saddr != @v_vpc_1 ip saddr != 203.0.113.1 counter drop',
    'jump ingress_sg_main',
    'counter drop',
  ])
  t.same(chain(text, 'egress_sg_main'), ['tcp dport 443 goto deliver'])
  t.match(chain(text, 'hops'), [/^type/, /30\.0\.1\.10 \} ip ttl set 2/, /30\.0\.100\.10, 30\.0\.100\.20, 30\.0\.100\.21 \} ip ttl set 1/])
  t.notMatch(text, /30\.0\.100\.99/, 'an interface that is attached to nothing')
})

t.test('links', async (t) => {
  const links = buildLinks(region)
  t.same(
    links.map(({ instanceId, deviceIndex, device }) => [instanceId, deviceIndex, device]),
    [
      ['i-1', 0, 'tb000000000001'],
      ['i-2', 0, 'tb000000000002'],
      ['i-2', 1, 'tb000000000003'],
    ],
  )
  const [first, , extra] = links
  if (first === undefined || extra === undefined) return t.fail('no links')
  t.ok(
    links.every(({ device }) => device.length < 16),
    'the kernel takes the names',
  )
  t.same(buildLinkCommands(first, 'i-1').machine, [
    'link set eth0 up',
    'address add 30.0.1.10/24 dev eth0',
    'route add default via 30.0.1.1',
  ])
  t.same(buildLinkCommands(extra, 'i-2').machine, ['link set eth1 up'], 'further interfaces have no address')
  t.match(buildLinkCommands(extra, 'i-2').router.slice(-2), [
    'route replace 30.0.100.20/32 dev tb000000000003',
    'route replace 30.0.100.21/32 dev tb000000000003',
  ])
})

t.test('nft takes every form, again and again', async (t) => {
  const forms: readonly SecurityGroupRule[] = [
    everywhere,
    { protocol: 'tcp', fromPort: 1, toPort: 65_535, peer: cidr },
    { protocol: 'udp', peer: cidr },
    { protocol: 'icmp', fromPort: 3, toPort: 4, peer: { groupId: 'in' } },
    { protocol: 'icmp', peer: { groupId: 'fwd' } },
    { protocol: '50', peer: cidr },
  ]
  // Names that are keywords of nft
  const rich = { ...region, securityGroups: [...region.securityGroups, makeGroup('in', forms, forms), makeGroup('fwd', forms)] }
  const script = 'nft -f - && printf "%s" "$AGAIN" | nft -f - && nft -c -f - </dev/null'
  for (const state of [makeRegion(), rich]) {
    const text = compileSecurityGroups(state)
    const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-euc', script], {
      input: text,
      encoding: 'utf8',
      env: { ...process.env, AGAIN: text, PATH: `${process.env['PATH']}:/usr/sbin` },
    })
    t.equal(stderr, '')
    t.equal(status, 0)
  }
})
