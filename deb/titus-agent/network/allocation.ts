/** A network interface of the instance, as EC2 shows it. */
export interface VpcInterface {
  readonly id: string
  readonly mac: string
  readonly deviceIndex: number
  readonly attachmentStatus: string
  readonly primaryAddress: string
  /** All private addresses, the primary one among them. */
  readonly addresses: readonly string[]
  readonly groups: readonly string[]
}

/** An address that a task of this agent holds. */
export interface HeldAddress {
  readonly taskId: string
  readonly address: string
  readonly deviceIndex: number
  readonly securityGroups: readonly string[]
}

/** What a task asks for. */
export interface AddressRequest {
  readonly taskId: string
  readonly deviceIndex: number
  readonly securityGroups: readonly string[]
}

/** The next thing to do for a request, until it is `use` or `refuse`. */
export type AllocationStep =
  | { readonly do: 'create' }
  | { readonly do: 'wait' }
  | { readonly do: 'set-groups' }
  | { readonly do: 'assign'; readonly count: number }
  | { readonly do: 'use'; readonly address: string }
  | { readonly do: 'refuse'; readonly message: string }

/** Addresses are asked of EC2 four at a time, as titus-vpc-tool does (`--batch-size 4`). */
const batchSize = 4

/**
 * Plans one step towards an address for a task. Secondary addresses go first, the one unused for longest before others; the primary one is the last.
 *
 * @param request     what the task asks for
 * @param vpc         the interface at that device index, or undefined
 * @param held        addresses of all tasks of the agent
 * @param limit       IPv4 addresses that an interface may have, the primary one among them
 * @param releasedAt  address -> when a task gave it back (milliseconds)
 */
export function planAllocation(
  request: AddressRequest,
  vpc: VpcInterface | undefined,
  held: readonly HeldAddress[],
  limit: number,
  releasedAt: ReadonlyMap<string, number>,
): AllocationStep {
  if (vpc === undefined) return { do: 'create' }
  if (vpc.attachmentStatus !== 'attached') return { do: 'wait' }
  const tenants = held.filter((one) => one.deviceIndex === request.deviceIndex && one.taskId !== request.taskId)
  if (!tenants.every((tenant) => isSameSet(tenant.securityGroups, request.securityGroups))) {
    return { do: 'refuse', message: `network interface ${request.deviceIndex} has tasks with other security groups` }
  }
  if (tenants.length === 0 && !isSameSet(vpc.groups, request.securityGroups)) return { do: 'set-groups' }
  const taken = new Set(tenants.map((tenant) => tenant.address))
  const order = (address: string): number => (address === vpc.primaryAddress ? Infinity : (releasedAt.get(address) ?? 0))
  const [free] = vpc.addresses.filter((address) => !taken.has(address)).sort((a, b) => order(a) - order(b))
  const room = limit - vpc.addresses.length
  if (room > 0 && (free === undefined || free === vpc.primaryAddress)) return { do: 'assign', count: Math.min(batchSize, room) }
  if (free === undefined) return { do: 'refuse', message: `network interface ${request.deviceIndex} has no free address (limit ${limit})` }
  return { do: 'use', address: free }
}

/** Secondary addresses that no task holds and that were given back before `before` (milliseconds): to be unassigned. */
export function planCollection(
  vpc: VpcInterface,
  held: readonly HeldAddress[],
  releasedAt: ReadonlyMap<string, number>,
  before: number,
): readonly string[] {
  const taken = new Set(held.map((one) => one.address))
  return vpc.addresses.filter((address) => address !== vpc.primaryAddress && !taken.has(address) && (releasedAt.get(address) ?? 0) < before)
}

/** Whether two lists hold the same names, in whatever order. */
function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const [a, b] = [new Set(left), new Set(right)]
  return a.size === b.size && [...a].every((name) => b.has(name))
}
