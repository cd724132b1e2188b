import { fixedAddresses } from '../network/addresses.ts'
import { deviceName } from '../network/links.ts'
import type { RegionState } from '../region-state.ts'
import { parseAddress } from '../../system/ipv4.ts'
import type { Isolation, RegionFaults, SshWay } from './machine-faults.ts'

const allBasisPoints = 10_000
const table = 'inet titus_bed_faults'

/**
 * Compiles what is broken of the network to a table of nft that stands before that of the security groups, and forgets the one before it:
 * unlike a security group it drops the packets of connections that are established, too.
 */
export function compileFaults(state: RegionState, faults: RegionFaults): string {
  const known = [...faults].filter(([id]) => state.instances.some((instance) => instance.id === id))
  const lossy = known.flatMap(([id, { slowness }]) => renderLoss(state, id, slowness?.lossBasisPoints ?? 0))
  const isolated = known.flatMap(([id, { isolation }]) => (isolation === undefined ? [] : [{ id, isolation }]))
  const ways = isolated.flatMap(({ isolation }) => isolation.ways.flatMap((way) => renderWay(state, way)))
  const lines = [
    'chain sent {',
    '  type filter hook prerouting priority -290; policy accept;',
    ...lossy,
    ...(isolated.length === 0 ? [] : [...ways, ...services('ip daddr', 'th dport')]),
    ...isolated.flatMap(({ id, isolation }) => renderCut(state, id, isolation, 'sent')),
    '}',
    'chain received {',
    '  type filter hook postrouting priority -290; policy accept;',
    ...(isolated.length === 0 ? [] : [...ways, ...services('ip saddr', 'th sport')]),
    ...isolated.flatMap(({ id, isolation }) => renderCut(state, id, isolation, 'received')),
    '}',
  ]
  return `table ${table}\ndelete table ${table}\ntable ${table} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

/** Metadata, and the DNS of the router itself. */
function services(address: string, port: string): readonly string[] {
  return [
    `  ${address} ${fixedAddresses.metadata} accept`,
    `  ${address.replace('ip ', 'fib ')} type local meta l4proto { tcp, udp } ${port} 53 accept`,
  ]
}

/** From everything a machine is cut off at its own interfaces; from another machine where a packet leaves for one of the two. */
function renderCut(state: RegionState, id: string, { from }: Isolation, chain: 'sent' | 'received'): readonly string[] {
  const own = renderDevices(state, [id])
  if (own === undefined) return []
  if (from === undefined) return [`  ${chain === 'sent' ? 'iifname' : 'oifname'} ${own} counter drop`]
  const others = renderDevices(state, from)
  if (others === undefined || chain === 'sent') return []
  return [`  iifname ${own} oifname ${others} counter drop`, `  iifname ${others} oifname ${own} counter drop`]
}

function renderWay(state: RegionState, { from, to }: SshWay): readonly string[] {
  const [source, target] = [from === undefined ? fixedAddresses.internet : addressOf(state, from), addressOf(state, to)]
  if (source === undefined || target === undefined) return []
  return [`  ip saddr ${source} ip daddr ${target} tcp dport 22 accept`, `  ip saddr ${target} ip daddr ${source} tcp sport 22 accept`]
}

function renderLoss(state: RegionState, id: string, basisPoints: number): readonly string[] {
  const own = renderDevices(state, [id])
  if (own === undefined || basisPoints === 0) return []
  const chance = basisPoints < allBasisPoints ? `numgen random mod ${allBasisPoints} < ${basisPoints} ` : ''
  return [`  iifname ${own} ${chance}counter drop`]
}

function renderDevices(state: RegionState, ids: readonly string[]): string | undefined {
  const attached = state.networkInterfaces.filter(({ attachment }) => attachment !== undefined && ids.includes(attachment.instanceId))
  return attached.length === 0 ? undefined : `{ ${attached.map(({ id }) => `"${deviceName(id)}"`).join(', ')} }`
}

function addressOf(state: RegionState, instanceId: string): string | undefined {
  const primary = state.networkInterfaces.find(({ attachment }) => attachment?.instanceId === instanceId && attachment.deviceIndex === 0)
  const address = primary?.privateAddress
  return address === undefined || parseAddress(address) === undefined ? undefined : address
}
