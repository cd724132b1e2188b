import { enclosingNetwork, renderAddress } from '../../../system/ipv4.ts'

/** What a container needs to know of its subnet. */
export interface SubnetPlan {
  readonly prefixLength: number
  /** AWS's router: the first address after the network's own. */
  readonly router: string
}

/** Reads a subnet's CIDR block. Throws on anything but `a.b.c.d/n` with n from 8 to 30. */
export function parseSubnet(cidr: string): SubnetPlan {
  const network = enclosingNetwork(cidr)
  if (network === undefined || network.prefix < 8 || network.prefix > 30) throw new Error(`not a subnet: ${cidr}`)
  return { prefixLength: network.prefix, router: renderAddress(network.first + 1) }
}
