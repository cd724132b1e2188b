import type { VpcInterface } from './allocation.ts'
import { buildGuard } from './guard.ts'
import { runIpBatch, runProgram, setKernelParameters, waitForLink } from './kernel.ts'
import {
  buildContainerRoutes,
  buildInterfaceRoutes,
  buildInterfaceRuleRemoval,
  buildTaskRoutes,
  buildTaskRuleRemoval,
  type HostInterface,
  type TaskNetwork,
} from './routing.ts'
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

  // The filter is replaced whole, so its writers must not overtake each other.
  function applyGuard(): Promise<void> {
    const mine = turn.then(async () => void (await runProgram('nft', ['-f', '-'], buildGuard(agentAddress, [...tasks.values()]))))
    turn = mine.catch(() => undefined)
    return mine
  }

  async function prepare(running: readonly TaskNetwork[]): Promise<void> {
    for (const network of running) tasks.set(network.address, network)
    await setKernelParameters({ ip_forward: 1, 'conf/all/rp_filter': 0 })
    await applyGuard()
  }

  async function prepareInterface(vpc: VpcInterface, signal: AbortSignal): Promise<HostInterface> {
    const link = await waitForLink(vpc.mac, vpc.deviceIndex, linkMs, signal)
    const known = ready.get(vpc.id)
    if (known?.name === link.ifname) return known
    const host = { name: link.ifname, deviceIndex: vpc.deviceIndex, primaryAddress: vpc.primaryAddress, mtu: link.mtu }
    const conf = `conf/${host.name}`
    // accept_local: what the agent itself sends to a task leaves by eth0 and comes back by this interface.
    await setKernelParameters({
      [`${conf}/rp_filter`]: 0,
      [`${conf}/accept_local`]: 1,
      [`${conf}/proxy_arp`]: 1,
      [`neigh/${host.name}/proxy_delay`]: 0,
    })
    await runIpBatch(buildInterfaceRuleRemoval(host), { force: true })
    await runIpBatch(buildInterfaceRoutes(host, subnet))
    ready.set(vpc.id, host)
    return host
  }

  async function attach(containerId: string, network: TaskNetwork, host: HostInterface): Promise<void> {
    await removeLink(containerId, network)
    if (network.address === host.primaryAddress) await runIpBatch([`addr del ${network.address}/32 dev ${host.name}`], { force: true })
    tasks.set(network.address, network)
    await applyGuard()
    await runIpBatch([`netns add ${containerId}`, `link add ${network.link} mtu ${host.mtu} type veth peer name eth0 netns ${containerId}`])
    const conf = `conf/${network.link}`
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
