import { isTerminalState } from '../protocol/mesos-protocol.ts'
import type { AgentResources } from '../protocol/mesos-protocol.ts'
import type { AgentRecord, Cluster } from './cluster.ts'

const version = '1.0.1'

/** What a Mesos master says of itself. */
export interface MasterIdentity {
  readonly id: string
  readonly hostname: string
  readonly ip: string
  readonly port: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** The content of the leader's znode, `json.info_…`: MesosInfo of Mesos 1.0. The number `ip` has the bytes in network order. */
export function mesosInfo({ id, hostname, ip, port }: MasterIdentity): object {
  const number = ip.split('.').reduceRight((total, byte) => total * 256 + Number(byte), 0)
  return { address: { hostname, ip, port }, hostname, id, ip: number, pid: `master@${ip}:${port}`, port, version }
}

/** GET /slaves. */
export function slavesJson(cluster: Cluster): { readonly slaves: readonly object[] } {
  return { slaves: Object.entries(cluster.agents).map(([id, agent]) => slaveJson(cluster, id, agent)) }
}

/** GET /state. */
export function stateJson(cluster: Cluster, master: MasterIdentity, framework: string | undefined): object {
  const connected = Object.values(cluster.agents).filter(({ droppedAt }) => droppedAt === undefined).length
  const pid = `master@${master.ip}:${master.port}`
  return {
    version,
    id: master.id,
    pid,
    leader: pid,
    hostname: master.hostname,
    start_time: master.startedAt / 1000,
    elected_time: master.startedAt / 1000,
    cluster: 'titus',
    activated_slaves: connected,
    deactivated_slaves: Object.keys(cluster.agents).length - connected,
    ...slavesJson(cluster),
    frameworks: framework === undefined ? [] : [{ id: framework, name: framework, active: true, tasks: tasksJson(cluster, framework) }],
    completed_frameworks: [],
    unregistered_frameworks: [],
  }
}

/** GET /version. */
export function versionJson(): object {
  return { build_user: 'titus-bed', version }
}

function slaveJson(cluster: Cluster, id: string, { offer, port, registeredAt, droppedAt }: AgentRecord): object {
  return {
    id,
    hostname: offer.hostname,
    port,
    pid: `slave(1)@${offer.ip}:${port}`,
    attributes: offer.attributes,
    registered_time: registeredAt / 1000,
    resources: resourcesJson(offer.resources),
    used_resources: usedResources(cluster, id),
    offered_resources: resourcesJson({ cpus: 0, mem: 0, disk: 0, network: 0, ports: '' }),
    unreserved_resources: resourcesJson(offer.resources),
    active: droppedAt === undefined,
    version,
  }
}

function resourcesJson({ cpus, mem, disk, network, ports }: AgentResources): object {
  return { disk, mem, gpus: 0, cpus, network, ...(ports === '' ? {} : { ports }) }
}

function usedResources(cluster: Cluster, agentId: string): object {
  const used = Object.values(cluster.tasks).flatMap(({ status, task }) =>
    status.agentId === agentId && !isTerminalState(status.state) && task !== undefined ? [task] : [],
  )
  const sum = (name: 'cpu' | 'memoryMB' | 'diskMB' | 'networkMbps'): number => used.reduce((total, task) => total + task[name], 0)
  return resourcesJson({ cpus: sum('cpu'), mem: sum('memoryMB'), disk: sum('diskMB'), network: sum('networkMbps'), ports: '' })
}

function tasksJson(cluster: Cluster, framework: string): readonly object[] {
  return Object.values(cluster.tasks).map(({ status, task }) => ({
    id: status.taskId,
    name: status.taskId,
    framework_id: framework,
    slave_id: status.agentId,
    state: status.state,
    resources: resourcesJson({
      cpus: task?.cpu ?? 0,
      mem: task?.memoryMB ?? 0,
      disk: task?.diskMB ?? 0,
      network: task?.networkMbps ?? 0,
      ports: '',
    }),
  }))
}
