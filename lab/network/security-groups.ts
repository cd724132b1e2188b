import type { NetworkInterface, RegionState, SecurityGroupRule } from '../region-state.ts'
import { enclosingNetwork, parseAddress, renderNetwork } from '../../system/ipv4.ts'
import { fixedAddresses } from './addresses.ts'
import { deviceName } from './links.ts'

const table = 'inet titus_bed'

/**
 * Compiles the region's security groups and network interfaces to one nft transaction that replaces the whole table: stateful,
 * a group named by a rule as a set of its members' addresses, no address other than an interface's own from an interface.
 * The kernel applies all of it or nothing; established connections live on.
 *
 * What cannot be a rule of nft (an IPv6 range, an unknown group, a malformed value) allows nothing.
 * @see nft(8); https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function compileSecurityGroups(state: RegionState): string {
  const interfaces = state.networkInterfaces.filter(({ attachment }) => attachment !== undefined)
  const lines = [
    ...state.securityGroups.flatMap((group) => renderSet(`g_${name(group.id)}`, membersOf(interfaces, group.id))),
    ...state.vpcs.flatMap((vpc) => renderSet(`v_${name(vpc.id)}`, interfaces.filter(({ vpcId }) => vpcId === vpc.id).flatMap(addressesOf))),
    ...renderSet('reachable', findReachable(state, interfaces)),
    ...renderSources(interfaces),
    ...state.securityGroups.flatMap((group) => [
      ...renderChain(
        `ingress_${name(group.id)}`,
        group.ingress.flatMap((rule) => renderRule(state, rule, 'saddr', 'accept')),
      ),
    ]),
    ...interfaces.flatMap((each) => renderArrival(state, each)),
    ...renderMap('arrivals', interfaces, 'to'),
    ...renderChain('deliver', [
      `ip daddr ${fixedAddresses.endpoints} meta l4proto tcp th dport { 80, 443 } accept`,
      'ip daddr vmap @arrivals',
      'counter drop',
    ]),
    ...state.securityGroups.flatMap((group) =>
      renderChain(
        `egress_${name(group.id)}`,
        group.egress.flatMap((rule) => renderRule(state, rule, 'daddr', 'goto deliver')),
      ),
    ),
    ...interfaces.flatMap((each) =>
      renderChain(`from_${name(each.id)}`, [...knownGroups(state, each).map((id) => `jump egress_${name(id)}`), 'counter drop']),
    ),
    ...renderMap('departures', interfaces, 'from'),
    ...renderHopLimits(state, interfaces),
    ...baseChains,
  ]
  return `table ${table}\ndelete table ${table}\ntable ${table} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

/** Where packets enter the rules. The router's own services are no machine's affair: groups do not filter DNS and metadata, as on AWS. */
const baseChains: readonly string[] = [
  'chain spoofed {',
  '  type filter hook prerouting priority -300; policy accept;',
  '  iifname @unchecked accept',
  '  iifname "tb*" iifname . ip saddr @sources accept',
  '  iifname "tb*" meta protocol ip counter drop',
  '}',
  'chain forward {',
  '  type filter hook forward priority 0; policy drop;',
  '  ct state established,related accept',
  '  ct state invalid drop',
  '  ip saddr vmap @departures',
  '}',
  'chain input {',
  '  type filter hook input priority 0; policy drop;',
  '  iifname "lo" accept',
  '  ct state established,related accept',
  '  meta l4proto { tcp, udp } th dport 53 accept',
  `  ip daddr ${fixedAddresses.metadata} tcp dport 80 accept`,
  `  ip daddr ${fixedAddresses.endpoints} ip saddr vmap @departures`,
  '}',
  'chain output {',
  '  type filter hook output priority 0; policy accept;',
  '  ct state established,related accept',
  '  ip daddr @reachable ip daddr vmap @arrivals',
  '  oifname "tb*" counter reject with icmp type host-unreachable',
  '}',
]

/** The answers of the metadata service travel as many hops as the instance allows, so that containers behind one hop more get none. */
function renderHopLimits(state: RegionState, interfaces: readonly NetworkInterface[]): readonly string[] {
  const limits = new Set(state.instances.map(({ metadata }) => metadata.hopLimit).filter((limit) => isWithin(limit, 64) && limit > 0))
  const rules = [...limits].flatMap((limit) => {
    const ids = new Set(state.instances.filter(({ metadata }) => metadata.hopLimit === limit).map(({ id }) => id))
    const addresses = interfaces.filter(({ attachment }) => ids.has(attachment?.instanceId ?? '')).flatMap(addressesOf)
    return addresses.length === 0
      ? []
      : [`ip saddr ${fixedAddresses.metadata} ip daddr { ${[...new Set(addresses)].join(', ')} } ip ttl set ${limit}`]
  })
  return renderChain('hops', ['type filter hook output priority -150; policy accept;', ...rules])
}

function name(id: string): string {
  return id.replaceAll(/[^a-zA-Z0-9]/g, '_')
}

function addressesOf(each: NetworkInterface): readonly string[] {
  return each.privateAddresses.filter((address) => parseAddress(address) !== undefined)
}

function membersOf(interfaces: readonly NetworkInterface[], groupId: string): readonly string[] {
  return interfaces.filter(({ groupIds }) => groupIds.includes(groupId)).flatMap(addressesOf)
}

/** From the internet only an interface with a public address in a public subnet can be reached, at its primary address. */
function findReachable(state: RegionState, interfaces: readonly NetworkInterface[]): readonly string[] {
  const publicSubnets = new Set(state.subnets.filter(({ isPublic }) => isPublic).map(({ id }) => id))
  return interfaces
    .filter((each) => each.publicAddress !== undefined && publicSubnets.has(each.subnetId))
    .flatMap((each) => addressesOf(each).slice(0, 1))
}

function knownGroups(state: RegionState, each: NetworkInterface): readonly string[] {
  return each.groupIds.filter((id) => state.securityGroups.some((group) => group.id === id))
}

/** What reaches an interface: from its own VPC or the internet, and only what one of its groups lets in. */
function renderArrival(state: RegionState, each: NetworkInterface): readonly string[] {
  return renderChain(`to_${name(each.id)}`, [
    `ip saddr != @v_${name(each.vpcId)} ip saddr != ${fixedAddresses.internet} counter drop`,
    ...knownGroups(state, each).map((id) => `jump ingress_${name(id)}`),
    'counter drop',
  ])
}

function renderSet(set: string, addresses: readonly string[]): readonly string[] {
  return [`set ${set} { type ipv4_addr;${renderElements([...new Set(addresses)])} }`]
}

function renderElements(elements: readonly string[]): string {
  return elements.length === 0 ? '' : ` elements = { ${elements.join(', ')} }`
}

function renderSources(interfaces: readonly NetworkInterface[]): readonly string[] {
  const checked = interfaces.filter(({ sourceDestCheck }) => sourceDestCheck)
  const pairs = checked.flatMap((each) => addressesOf(each).map((address) => `"${deviceName(each.id)}" . ${address}`))
  const free = interfaces.filter(({ sourceDestCheck }) => !sourceDestCheck).map((each) => `"${deviceName(each.id)}"`)
  return [`set sources { type ifname . ipv4_addr;${renderElements(pairs)} }`, `set unchecked { type ifname;${renderElements(free)} }`]
}

function renderMap(map: string, interfaces: readonly NetworkInterface[], chain: string): readonly string[] {
  const verdicts = new Map(interfaces.flatMap((each) => addressesOf(each).map((address) => [address, `${chain}_${name(each.id)}`])))
  const elements = [...verdicts].map(([address, target]) => `${address} : goto ${target}`)
  return [`map ${map} { type ipv4_addr : verdict;${renderElements(elements)} }`]
}

function renderChain(chain: string, rules: readonly string[]): readonly string[] {
  return [`chain ${chain} {`, ...rules.map((rule) => `  ${rule}`), '}']
}

function renderRule(state: RegionState, rule: SecurityGroupRule, side: 'saddr' | 'daddr', verdict: string): readonly string[] {
  const peer = renderPeer(state, rule.peer, side)
  const traffic = renderTraffic(rule)
  return peer === undefined || traffic === undefined ? [] : [[peer, traffic, verdict].filter((part) => part !== '').join(' ')]
}

function renderPeer(state: RegionState, peer: SecurityGroupRule['peer'], side: string): string | undefined {
  if ('groupId' in peer)
    return state.securityGroups.some(({ id }) => id === peer.groupId) ? `ip ${side} @g_${name(peer.groupId)}` : undefined
  const network = enclosingNetwork(peer.cidr)
  if (network === undefined) return undefined
  return network.prefix === 0 ? '' : `ip ${side} ${renderNetwork(network)}`
}

const protocolNames: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' }

function renderTraffic(rule: SecurityGroupRule): string | undefined {
  const protocol = protocolNames[rule.protocol] ?? rule.protocol
  if (protocol === '-1') return ''
  if (protocol === 'icmp') return renderIcmp(rule)
  if (protocol === 'tcp' || protocol === 'udp') return renderPorts(protocol, rule)
  const number = Number(protocol)
  return Number.isInteger(number) && number >= 0 && number <= 255 ? `ip protocol ${number}` : undefined
}

function isWithin(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= limit
}

function renderPorts(protocol: string, { fromPort = 0, toPort = 65_535 }: SecurityGroupRule): string | undefined {
  if (fromPort === -1 || (fromPort === 0 && toPort === 65_535)) return `ip protocol ${protocol}`
  if (!isWithin(fromPort, 65_535) || !isWithin(toPort, 65_535) || fromPort > toPort) return undefined
  return `${protocol} dport ${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`}`
}

function renderIcmp({ fromPort: type = -1, toPort: code = -1 }: SecurityGroupRule): string | undefined {
  if (type === -1) return 'ip protocol icmp'
  if (!isWithin(type, 255) || (code !== -1 && !isWithin(code, 255))) return undefined
  return `icmp type ${type}${code === -1 ? '' : ` icmp code ${code}`}`
}
