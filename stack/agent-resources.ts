import type { Cluster } from '../schemas/cluster.ts'
import { vpcLimits } from '../schemas/cluster-rules/instance-types.ts'

/** What the machine itself keeps: the kernel, the container engine and the agent. The seed offered all 8 GiB and left nothing. */
const reservedMib = 1024

/** The least that Titus gives a task, in Mbps (`networkMbps` is lifted to it). */
const leastTaskMbps = 128

/** The resources that an agent offers, in the notation of `MESOS_RESOURCES`.
 *  Bandwidth is the VPC driver's figure, but never so little that tasks run out of it before they run out of addresses: for m4.large and
 *  m5.large the driver says 100 Mbps, less than any single task gets, and nothing would ever be scheduled.
 *  @throws RangeError for a type that the driver does not know; a validated cluster never has one */
export function agentResources(agents: Cluster['agents']): string {
  const limits = vpcLimits(agents.instanceType)
  if (limits === undefined) throw new RangeError(`the VPC driver does not know ${agents.instanceType}`)
  const taskAddresses = (limits.interfaces - 1) * limits.addressesPerInterface
  const network = Math.max(limits.networkMbps, taskAddresses * leastTaskMbps)
  const memory = limits.memoryMiB - reservedMib
  return `ports:[7150-7200];cpus:${limits.vCpus};mem:${memory};disk:${agents.volumeGiB * 1000};network:${network}`
}
