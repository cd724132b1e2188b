import type { VpcInterface } from './allocation.ts'
import { buildGuard } from './guard.ts'
import { disableIpv6, runIpBatch, runProgram, setKernelParameters, waitForLink } from './kernel.ts'
import {
  buildAddressHandover,
  buildContainerRoutes,
  buildInterfaceRoutes,
  buildInterfaceRuleRemoval,
  buildLocalRule,
  buildTaskRoutes,
  buildTaskRuleRemoval,
} from './routing.ts'
import type { HostInterface, RoutingRule, TaskNetwork } from './routing.ts'
import type { SubnetPlan } from './subnet.ts'

/** The kernel side of the tasks' networks on this agent. */
export interface TaskLinks {
  /** Forwarding on, packet filter in place; `tasks` are those that already run. */
  prepare(tasks: readonly TaskNetwork[]): Promise<void>
  /** Waits for the interface's link and makes it carry tasks. Safe to call for every task. */
  prepareInterface(vpc: VpcInterface, signal: AbortSignal): Promise<HostInterface>
  /** Makes the network namespace of a container that has not started, with its address and default route. */
  attach(containerId: string, network: TaskNetwork, host: HostInterface): Promise<void>
  /** Takes everything of a task away; what is gone already is no error. */
  detach(containerId: string | undefined, network: TaskNetwork): Promise<void>
}

const linkMs = 60_000

/** Makes the kernel side; nothing is changed yet. */
export function createTaskLinks(agentAddress: string, subnet: SubnetPlan): TaskLinks {
  const tasks = new Map<string, TaskNetwork>()
  const ready = new Map<string, HostInterface>()
  let turn: Promise<unknown> = Promise.resolve()

  // The filter is replaced whole and an interface is prepared once, so those who do it must not overtake each other.
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  function applyGuard(): Promise<unknown> {
    return inTurn(() => runProgram('nft', ['-f', '-'], buildGuard(agentAddress, [...tasks.values()])))
  }

  async function prepare(running: readonly TaskNetwork[]): Promise<void> {
    for (const network of running) tasks.set(network.address, network)
    // The setting ip_early_demux is off: with it, a packet on its way from a task to its agent's own socket would be taken for that
    // socket's, and not be forwarded.
    await setKernelParameters({ ip_forward: 1, ip_early_demux: 0, 'conf/all/rp_filter': 0 })
    await runIpBatch(buildLocalRule(JSON.parse(await runProgram('ip', ['-json', 'rule'])) as RoutingRule[]))
    await applyGuard()
  }

  async function prepareInterface(vpc: VpcInterface, signal: AbortSignal): Promise<HostInterface> {
    const link = await waitForLink(vpc.mac, vpc.deviceIndex, linkMs, signal)
    const host = { name: link.ifname, deviceIndex: vpc.deviceIndex, primaryAddress: vpc.primaryAddress, mtu: link.mtu }
    return inTurn(() => carryTasks(vpc.id, host))
  }

  async function carryTasks(id: string, host: HostInterface): Promise<HostInterface> {
    const known = ready.get(id)
    if (known?.name === host.name) return known
    const conf = `conf/${host.name}`
    // The setting accept_local is on, since what the agent itself sends to a task leaves by eth0 and comes back by this interface.
    await setKernelParameters({
      [`${conf}/rp_filter`]: 0,
      [`${conf}/accept_local`]: 1,
      [`${conf}/proxy_arp`]: 1,
      [`neigh/${host.name}/proxy_delay`]: 0,
    })
    await runIpBatch(buildInterfaceRuleRemoval(host), { force: true })
    await runIpBatch(buildInterfaceRoutes(host, subnet))
    ready.set(id, host)
    return host
  }

  async function attach(containerId: string, network: TaskNetwork, host: HostInterface): Promise<void> {
    await removeLink(containerId, network)
    if (network.address === host.primaryAddress) await runIpBatch(buildAddressHandover(agentAddress, host), { force: true })
    tasks.set(network.address, network)
    await applyGuard()
    await runIpBatch([`netns add ${containerId}`, `link add ${network.link} mtu ${host.mtu} type veth peer name eth0 netns ${containerId}`])
    const conf = `conf/${network.link}`
    // The guard and the routes know IPv4: by IPv6 a task would reach its agent past both.
    await disableIpv6(network.link)
    await setKernelParameters({ [`${conf}/rp_filter`]: 0, [`${conf}/proxy_arp`]: 1, [`neigh/${network.link}/proxy_delay`]: 0 })
    await runIpBatch(buildTaskRoutes(network))
    await runIpBatch(buildContainerRoutes(network, subnet, host.mtu), { namespace: containerId })
  }

  async function detach(containerId: string | undefined, network: TaskNetwork): Promise<void> {
    await removeLink(containerId, network)
    tasks.delete(network.address)
    await applyGuard()
  }

  return { prepare, prepareInterface, attach, detach }
}

async function removeLink(containerId: string | undefined, network: TaskNetwork): Promise<void> {
  const namespace = containerId === undefined ? [] : [`netns del ${containerId}`]
  await runIpBatch([...buildTaskRuleRemoval(network), `link del ${network.link}`, ...namespace], { force: true })
}
