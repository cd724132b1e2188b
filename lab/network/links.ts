import type { NetworkInterface, RegionState } from '../region-state.ts'
import { addressAt, enclosingNetwork, parseAddress } from '../../system/ipv4.ts'
import { fixedAddresses } from './addresses.ts'

/** A network interface of a machine as two ends of a veth pair: `device` in the router, `eth<deviceIndex>` in the machine. */
export interface Link {
  readonly interfaceId: string
  readonly instanceId: string
  readonly deviceIndex: number
  readonly device: string
  readonly macAddress: string
  /** All private addresses, the primary one first: the router sends each of them here. */
  readonly addresses: readonly string[]
  /** The subnet's prefix length and its router. */
  readonly prefix: number
  readonly router: string
}

/** The name of an interface's end in the router: 15 characters at most (IFNAMSIZ), never a keyword of nft. */
export function deviceName(interfaceId: string): string {
  return `tb${interfaceId.replaceAll(/[^a-z0-9]/g, '').slice(-12)}`
}

/** The links that the machines of the region should have, in the order of machine and device index. */
export function buildLinks(state: RegionState): readonly Link[] {
  return state.networkInterfaces
    .flatMap((each) => buildLink(state, each))
    .toSorted((one, other) => one.instanceId.localeCompare(other.instanceId) || one.deviceIndex - other.deviceIndex)
}

function buildLink(state: RegionState, each: NetworkInterface): readonly Link[] {
  const subnet = state.subnets.find(({ id }) => id === each.subnetId)
  const network = subnet === undefined ? undefined : enclosingNetwork(subnet.cidr)
  const router = subnet === undefined ? undefined : addressAt(subnet.cidr, 1)
  if (each.attachment === undefined || network === undefined || router === undefined) return []
  return [
    {
      interfaceId: each.id,
      instanceId: each.attachment.instanceId,
      deviceIndex: each.attachment.deviceIndex,
      device: deviceName(each.id),
      macAddress: each.macAddress,
      addresses: each.privateAddresses.filter((address) => parseAddress(address) !== undefined),
      prefix: network.prefix,
      router,
    },
  ]
}

/** The addresses that the router itself has: the lab's own, each subnet's router and each VPC's resolver. */
export function buildRouterAddresses(state: RegionState): readonly string[] {
  return [
    ...new Set([
      ...Object.values(fixedAddresses),
      ...state.subnets.flatMap(({ cidr }) => addressAt(cidr, 1) ?? []),
      ...state.vpcs.flatMap(({ cidr }) => addressAt(cidr, 2) ?? []),
    ]),
  ]
}

/** Commands of ip-batch(8) that make a link; `namespace` is the machine's network namespace. */
export interface LinkCommands {
  /** In the router. */
  readonly router: readonly string[]
  /** In the machine. A further interface comes up without an address: what it is for is the machine's own affair. */
  readonly machine: readonly string[]
}

/** Builds the commands that make a link and route its addresses to it. */
export function buildLinkCommands(link: Link, namespace: string): LinkCommands {
  const inside = `eth${link.deviceIndex}`
  const [primary] = link.addresses
  const configuration =
    link.deviceIndex === 0 ? [`address add ${primary}/${link.prefix} dev ${inside}`, `route add default via ${link.router}`] : []
  return {
    router: [
      `link add ${link.device} type veth peer name ${inside} address ${link.macAddress} netns ${namespace}`,
      `link set ${link.device} up`,
      ...link.addresses.map((address) => `route replace ${address}/32 dev ${link.device}`),
    ],
    machine: [`link set ${inside} up`, ...configuration],
  }
}
