import type { SubnetPlan } from './subnet.ts'

/** A task's place on the agent's network. All of it is written down with the task, so that a restarted executor can take it apart. */
export interface TaskNetwork {
  readonly address: string
  readonly interfaceId: string
  /** The interface's own (primary) address. */
  readonly interfaceAddress: string
  readonly deviceIndex: number
  /** The agent's end of the container's link. */
  readonly link: string
}

/** A network interface as the agent's kernel knows it. */
export interface HostInterface {
  readonly name: string
  readonly deviceIndex: number
  readonly primaryAddress: string
  readonly mtu: number
}

/** The port of the metadata proxy on the agent's own address (that of titus-executor's standalone proxy). */
export const metadataPort = 8169

/** All of a task's links begin with this; the guard matches on it. */
export const linkPrefix = 'titus'

/** The agent's end of a task's link: at most 15 characters, the kernel's limit. */
export function nameLink(taskId: string): string {
  return `${linkPrefix}${taskId
    .replace(/[^0-9a-z]/gi, '')
    .slice(0, 10)
    .toLowerCase()}`
}

/** Rules in the order in which the kernel asks them: what leaves a task, what comes in by an interface, and only then the agent's own addresses. */
const order = { proxy: 10, neighbours: 11, vpc: 12, interfaces: 20, local: 100 } as const

/** Who else manages a machine's rules, as systemd-networkd does, leaves alone those that are marked as the kernel's own. */
const byKernel = 'protocol kernel'

/** A rule of `ip -json rule`, as far as it is looked at. */
export interface RoutingRule {
  readonly priority: number
}

/**
 * Commands for `ip -batch` that let tasks' rules come before the kernel's own first one, which is for the agent's addresses: without it
 * what a task sends to its agent would go there directly, past the VPC's security groups. None where it is so already.
 */
export function buildLocalRule(present: readonly RoutingRule[]): readonly string[] {
  const has = (priority: number): boolean => present.some((rule) => rule.priority === priority)
  return [
    ...(has(order.local) ? [] : [`rule add pref ${order.local} lookup local ${byKernel}`]),
    ...(has(0) ? ['rule del pref 0 lookup local'] : []),
  ]
}

/** Tables of one interface: `tasks` has a route to each task and no default; `out` leads into the VPC. */
function tablesOf(deviceIndex: number): { readonly tasks: string; readonly out: string } {
  return { tasks: String(1000 + deviceIndex), out: String(2000 + deviceIndex) }
}

/**
 * Commands for `ip -batch` that make an interface carry tasks. Only packets that come in by the interface, leave a task, or answer
 * for the metadata proxy see the task routes: what agent and task send each other goes through the VPC, both ways, as its security groups
 * are stateful.
 */
export function buildInterfaceRoutes(host: HostInterface, subnet: SubnetPlan): readonly string[] {
  const { tasks, out } = tablesOf(host.deviceIndex)
  const first = firstRuleOf(host.deviceIndex)
  return [
    `link set dev ${host.name} up`,
    // The router is asked for (ARP) from an address that EC2 knows on this interface; the last task to come may take it over.
    `addr replace ${host.primaryAddress}/32 dev ${host.name} noprefixroute`,
    // Neighbours in the subnet are reached by the router too, so that its hardware address is the only one that has to be asked for.
    `route replace default via ${subnet.router} dev ${host.name} onlink table ${out}`,
    `rule add pref ${first} iif ${host.name} lookup ${tasks} ${byKernel}`,
    // An address that has no task any more must not be sent back into the VPC, and the agent itself does not answer here.
    `rule add pref ${first + 1} iif ${host.name} blackhole ${byKernel}`,
    `rule add pref ${first + 2} iif lo ipproto tcp sport ${metadataPort} lookup ${tasks} ${byKernel}`,
  ]
}

/** Commands for `ip -batch` that free an interface's own address for a task. A link without any address would lose its routes. */
export function buildAddressHandover(agentAddress: string, host: HostInterface): readonly string[] {
  return [`addr add ${agentAddress}/32 dev ${host.name} noprefixroute`, `addr del ${host.primaryAddress}/32 dev ${host.name}`]
}

/** Undoes the rules of `buildInterfaceRoutes`, so that they can be added anew without doubles. */
export function buildInterfaceRuleRemoval(host: HostInterface): readonly string[] {
  const first = firstRuleOf(host.deviceIndex)
  return [first, first + 1, first + 2].map((priority) => `rule del pref ${priority}`)
}

function firstRuleOf(deviceIndex: number): number {
  return order.interfaces + 3 * deviceIndex
}

/** Commands for `ip -batch` on the agent's side of one task. */
export function buildTaskRoutes(network: TaskNetwork): readonly string[] {
  const { tasks, out } = tablesOf(network.deviceIndex)
  return [
    `link set dev ${network.link} up`,
    `route replace ${network.address}/32 dev ${network.link} table ${tasks}`,
    `rule add pref ${order.proxy} iif ${network.link} ipproto tcp dport ${metadataPort} lookup local ${byKernel}`,
    // Tasks on one interface share their security groups and reach each other directly, as they do on titus-vpc-driver's ipvlan.
    `rule add pref ${order.neighbours} iif ${network.link} lookup ${tasks} ${byKernel}`,
    `rule add pref ${order.vpc} iif ${network.link} lookup ${out} ${byKernel}`,
  ]
}

/** Undoes the rules of `buildTaskRoutes`; the route goes with the link. */
export function buildTaskRuleRemoval(network: TaskNetwork): readonly string[] {
  return [order.proxy, order.neighbours, order.vpc].map((priority) => `rule del pref ${priority} iif ${network.link}`)
}

/** Commands for `ip -n <namespace> -batch` inside the container's namespace. */
export function buildContainerRoutes(network: TaskNetwork, subnet: SubnetPlan, mtu: number): readonly string[] {
  return [
    'link set lo up',
    `link set eth0 mtu ${mtu} up`,
    `addr add ${network.address}/${subnet.prefixLength} brd + dev eth0`,
    `route add default via ${subnet.router}`,
  ]
}
