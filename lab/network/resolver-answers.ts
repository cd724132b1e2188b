import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'
import type { Answer, DecodedPacket } from 'dns-packet'
import type { RegionState } from '../region-state.ts'
import { parseAddress } from '../../system/ipv4.ts'
import { fixedAddresses } from './addresses.ts'

/** The names of a region: what the resolver of its VPCs knows. */
export interface NameTable {
  readonly region: string
  /** Private addresses of the region's network interfaces. */
  readonly addresses: ReadonlySet<string>
  /** Other names that the lab serves on the address of AWS's. */
  readonly served: readonly string[]
}

/** The domains that the lab serves itself: AWS's own, and Docker Hub's for its registry. */
const servedDomains: readonly string[] = ['amazonaws.com', 'api.aws', 'docker.io', 'docker.com']

const notFound = 3
const notImplemented = 4
const ttlSeconds = 5

/** Builds the names that the region's interfaces have. */
export function buildNameTable(state: RegionState, served: readonly string[] = []): NameTable {
  return {
    region: state.region,
    served,
    addresses: new Set(state.networkInterfaces.flatMap(({ privateAddresses }) => privateAddresses)),
  }
}

/**
 * Answers a DNS message as the resolver of a VPC does: the machines' names both ways, AWS's own names, and nothing beyond.
 * @param message  as it came, without the length prefix of TCP
 * @returns        the answer; undefined for what is no query
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
 */
export function answerQuery(table: NameTable, message: Buffer): Buffer | undefined {
  try {
    return answerPacket(table, decode(message))
  } catch {
    // What cannot be read, or not be written again, is no query.
    return undefined
  }
}

function answerPacket(table: NameTable, query: DecodedPacket): Buffer | undefined {
  const [question] = query.questions ?? []
  if (query.type !== 'query' || question === undefined) return undefined
  const { answers, code } =
    query.questions?.length === 1 ? resolveName(table, question.name.toLowerCase(), question.type) : { answers: [], code: notImplemented }
  const flags = ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | AUTHORITATIVE_ANSWER | code
  return encode({
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: [question],
    answers: answers.map((answer) => ({ ...answer, name: question.name })),
  })
}

function resolveName(table: NameTable, name: string, type: string): { readonly answers: readonly Answer[]; readonly code: number } {
  const owner = findOwner(table, name)
  const data = findAddress(table, name)
  if (owner === undefined && data === undefined) return { answers: [], code: notFound }
  const common = { name, ttl: ttlSeconds, class: 'IN' } as const
  if (data !== undefined && (type === 'A' || type === 'ANY')) return { answers: [{ ...common, type: 'A', data }], code: 0 }
  if (owner !== undefined && (type === 'PTR' || type === 'ANY')) return { answers: [{ ...common, type: 'PTR', data: owner }], code: 0 }
  return { answers: [], code: 0 }
}

function findAddress(table: NameTable, name: string): string | undefined {
  if (servedDomains.some((domain) => name === domain || name.endsWith(`.${domain}`))) return fixedAddresses.endpoints
  if (table.served.includes(name)) return fixedAddresses.endpoints
  if (name === 'instance-data' || name === 'instance-data.ec2.internal') return fixedAddresses.metadata
  const [label = '', ...domain] = name.split('.')
  const address = /^ip-\d{1,3}(-\d{1,3}){3}$/.test(label) ? label.slice(3).replaceAll('-', '.') : undefined
  const isOurs = [machineDomain(table.region), 'ec2.internal'].includes(domain.join('.'))
  return address !== undefined && isOurs && table.addresses.has(address) ? address : undefined
}

function findOwner(table: NameTable, name: string): string | undefined {
  const reversed = /^((?:\d{1,3}\.){4})in-addr\.arpa$/.exec(name)?.[1]
  const address = reversed?.split('.').slice(0, 4).toReversed().join('.')
  if (address === undefined || parseAddress(address) === undefined || !table.addresses.has(address)) return undefined
  return `${hostName(address)}.${machineDomain(table.region)}`
}

/** The domain of the machines' names in a region. */
export function machineDomain(region: string): string {
  return region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
}

/** A machine's host name, from its primary address: `ip-30-0-100-11`. */
export function hostName(address: string): string {
  return `ip-${address.replaceAll('.', '-')}`
}
