import ipaddr from 'ipaddr.js'

/** An IPv4 network: its first address as a number, and the length of its prefix. */
export interface Network {
  readonly first: number
  readonly last: number
  readonly prefix: number
}

/**
 * Reads an IPv4 CIDR.
 *
 * @returns  the network, or what is wrong with the text as a sentence's end: `is no CIDR`
 */
export function parseNetwork(text: string): Network | { readonly fault: string; readonly instead?: string } {
  // The library also takes short and octal forms of addresses.
  if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(text) || !ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return { fault: 'is no IPv4 CIDR' }
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text)
  const size = 2 ** (32 - prefix)
  const start = numberOf(address.octets)
  const first = Math.floor(start / size) * size
  if (first !== start) return { fault: 'has bits set behind its prefix', instead: `${addressOf(first)}/${prefix}` }
  return { first, last: first + size - 1, prefix }
}

/** Whether the whole of `inner` lies in `outer`. */
export function contains(outer: Network, inner: Network): boolean {
  return inner.first >= outer.first && inner.last <= outer.last
}

/** Whether two networks share an address. */
export function overlaps(a: Network, b: Network): boolean {
  return a.first <= b.last && b.first <= a.last
}

/** Whether the network lies in private space (RFC 1918, or RFC 6598's shared addresses), where no one on the internet lives. */
export function isPrivate(network: Network): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].some((text) => contains(networkOf(text), network))
}

/** The network of a CIDR that is known to be one. @throws RangeError when it is not */
export function networkOf(text: string): Network {
  const network = parseNetwork(text)
  if ('fault' in network) throw new RangeError(`${text} ${network.fault}`)
  return network
}

/**
 * The subnets of a network in which none are written: the /24 number 1 for the bastion and number 100 for everything else, as the
 * default network has them; a network that is smaller than /17 is halved.
 */
export function defaultSubnets(cidr: string): { readonly public: string; readonly private: string } {
  const network = parseNetwork(cidr)
  if ('fault' in network) return { public: '30.0.1.0/24', private: '30.0.100.0/24' }
  if (network.prefix <= 17) return { public: `${addressOf(network.first + 256)}/24`, private: `${addressOf(network.first + 100 * 256)}/24` }
  const prefix = network.prefix + 1
  return { public: `${addressOf(network.first)}/${prefix}`, private: `${addressOf(network.first + 2 ** (32 - prefix))}/${prefix}` }
}

function numberOf(octets: readonly number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0)
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
