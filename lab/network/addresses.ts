/** The addresses of the lab that no API gives: where a machine finds what AWS itself would answer. */
export const fixedAddresses = {
  /** AWS endpoints and the names of Docker Hub (TEST-NET-2, RFC 5737). */
  endpoints: '198.51.100.1',
  /** Instance metadata. */
  metadata: '169.254.169.254',
  /** The second address of the resolver, the same in every VPC. */
  resolver: '169.254.169.253',
  /** This computer as the lab sees it: "the internet" (TEST-NET-3, RFC 5737). */
  internet: '203.0.113.1',
} as const

/** An IPv4 range. `base` is the first address as an unsigned 32-bit number. */
export interface AddressRange {
  readonly base: number
  readonly prefix: number
}

/** Parses `a.b.c.d/n`, whose host bits are cleared; undefined when it is none. */
export function parseRange(text: string): AddressRange | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text)
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1])
  const prefix = Number(match?.[2])
  if (address === undefined || prefix > 32) return undefined
  return { base: prefix === 0 ? 0 : (address & (-1 << (32 - prefix))) >>> 0, prefix }
}

/** Parses `a.b.c.d` to an unsigned 32-bit number; undefined when it is none. */
export function parseAddress(text: string): number | undefined {
  const octets = text.split('.')
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255)) return undefined
  return octets.reduce((value, octet) => value * 256 + Number(octet), 0)
}

/** Renders an unsigned 32-bit number as `a.b.c.d`. */
function renderAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
}

/** Renders a range as `a.b.c.d/n`. */
export function renderRange(range: AddressRange): string {
  return `${renderAddress(range.base)}/${range.prefix}`
}

/** The address at an offset from the base of a range, such as 1 for a subnet's router; undefined when the text is no range. */
export function addressAt(cidr: string, offset: number): string | undefined {
  const range = parseRange(cidr)
  return range === undefined ? undefined : renderAddress(range.base + offset)
}
