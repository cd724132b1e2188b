/** An IPv4 network: its first and last address as unsigned 32-bit numbers, and the length of its prefix. */
export interface Network {
  readonly first: number
  readonly last: number
  readonly prefix: number
}

/** Reads `a.b.c.d` as an unsigned 32-bit number; undefined when it is no address in four decimal parts. */
export function parseAddress(text: string): number | undefined {
  const octets = text.split('.')
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255)) return undefined
  return octets.reduce((value, octet) => value * 256 + Number(octet), 0)
}

/** Writes an unsigned 32-bit number as `a.b.c.d`. */
export function renderAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/** The network that `a.b.c.d/n` lies in, whose bits behind the prefix may be set; undefined when it is no CIDR. */
export function enclosingNetwork(text: string): Network | undefined {
  const [, address = '', length = ''] = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text) ?? []
  const start = parseAddress(address)
  const prefix = Number(length)
  if (start === undefined || prefix > 32) return undefined
  const size = 2 ** (32 - prefix)
  const first = Math.floor(start / size) * size
  return { first, last: first + size - 1, prefix }
}

/** Writes a network as `a.b.c.d/n`. */
export function renderNetwork({ first, prefix }: Network): string {
  return `${renderAddress(first)}/${prefix}`
}

/**
 * Reads an IPv4 CIDR as people have to write it.
 *
 * @returns  the network, or what is wrong with the text as a sentence's end: `is no CIDR`
 */
export function parseNetwork(text: string): Network | { readonly fault: string; readonly instead?: string } {
  const network = enclosingNetwork(text)
  if (network === undefined) return { fault: 'is no IPv4 CIDR' }
  return renderNetwork(network) === text ? network : { fault: 'has bits set behind its prefix', instead: renderNetwork(network) }
}

/** The address at an offset from the first one of the network that a CIDR lies in: `addressAt('30.0.0.0/16', 2)` is `30.0.0.2`;
 *  undefined when the text is no CIDR. */
export function addressAt(cidr: string, offset: number): string | undefined {
  const network = enclosingNetwork(cidr)
  return network === undefined ? undefined : renderAddress(network.first + offset)
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
  if (network.prefix <= 17)
    return { public: `${renderAddress(network.first + 256)}/24`, private: `${renderAddress(network.first + 100 * 256)}/24` }
  const prefix = network.prefix + 1
  return { public: `${renderAddress(network.first)}/${prefix}`, private: `${renderAddress(network.first + 2 ** (32 - prefix))}/${prefix}` }
}
