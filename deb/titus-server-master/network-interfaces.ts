import type { AgentOffer } from '../protocol/mesos-protocol.ts'
import type { TaskRecord } from './state.ts'

/** What the attribute `res` of an agent promises: `ResourceSet-ENIs-<interfaces>-<addresses of each>`. */
export interface InterfaceSet {
  readonly interfaces: number
  readonly addresses: number
}

/** Reads the attribute `res`; without one the agent has no interface for tasks. */
export function interfaceSetOf(offer: AgentOffer): InterfaceSet {
  const match = /^ResourceSet-[^-]+-(\d+)-(\d+)$/.exec(offer.attributes['res'] ?? '')
  return { interfaces: Number(match?.[1] ?? 0), addresses: Number(match?.[2] ?? 0) }
}

/** What tells two sets of security groups apart; the order in which they were given does not. */
export function securityGroupKey(securityGroups: readonly string[]): string {
  return [...new Set(securityGroups)].sort().join(':')
}

/** Finds the interface for one more address: one that carries the same set of security groups already and has an address left,
 *  else one that carries none. Undefined when there is neither.
 *  @param inUse the tasks on the agent, each with the key of its security groups */
export function assignInterface(
  set: InterfaceSet,
  inUse: readonly { readonly task: TaskRecord; readonly key: string }[],
  key: string,
): number | undefined {
  const occupants = Array.from({ length: set.interfaces }, (_, index) => inUse.filter(({ task }) => task.placement?.eniIndex === index))
  const shared = occupants.findIndex((tasks) => tasks[0]?.key === key && tasks.length < set.addresses)
  if (shared >= 0) return shared
  const free = occupants.findIndex((tasks) => tasks.length === 0)
  return free >= 0 && set.addresses > 0 ? free : undefined
}
