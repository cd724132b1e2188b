/** What a container needs to know of its subnet. */
export interface SubnetPlan {
  readonly prefixLength: number
  /** AWS's router: the first address after the network's own. */
  readonly router: string
}

/** Reads a subnet's CIDR block. Throws on anything but `a.b.c.d/n` with n from 8 to 30. */
export function parseSubnet(cidr: string): SubnetPlan {
  const [, base = '', prefix = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? []
  const octets = base.split('.').map(Number)
  const prefixLength = Number(prefix)
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || prefixLength < 8 || prefixLength > 30)
    throw new Error(`not a subnet: ${cidr}`)
  const mask = (0xffffffff << (32 - prefixLength)) >>> 0
  const network = (octets.reduce((sum, octet) => sum * 256 + octet, 0) & mask) >>> 0
  const router = network + 1
  return { prefixLength, router: [24, 16, 8, 0].map((shift) => (router >>> shift) & 255).join('.') }
}
