import { isTerminalState } from '../protocol/mesos-protocol.ts'
import type {
  AgentEvent,
  AgentOffer,
  RegisterMessage,
  SchedulerCall,
  SchedulerEvent,
  StatusMessage,
  TaskInfo,
} from '../protocol/mesos-protocol.ts'

/** An agent that has registered. */
export interface AgentRecord {
  readonly offer: AgentOffer
  readonly port: number
  /** Milliseconds since the epoch. */
  readonly registeredAt: number
  /** When its stream dropped; undefined while it is connected. */
  readonly droppedAt?: number
}

/** A task that was launched or that an agent brought along. */
export interface KnownTask {
  readonly status: StatusMessage
  readonly task?: TaskInfo
  /** Somebody wants it dead; said again when the agent comes back. */
  readonly killGraceSec?: number
}

/** All that the Mesos master knows, in memory alone. */
export interface Cluster {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly agents: Readonly<Record<string, AgentRecord>>
  readonly tasks: Readonly<Record<string, KnownTask>>
}

/** A message that has to go out on a stream. What is meant for a framework that is not there is dropped: it will reconcile. */
export type Outgoing =
  | { readonly to: 'framework'; readonly event: SchedulerEvent }
  | { readonly to: 'agent'; readonly agentId: string; readonly event: AgentEvent }

/** A new state of the cluster and what has to be said because of it. */
export interface ClusterStep {
  readonly cluster: Cluster
  readonly outgoing: readonly Outgoing[]
}

/** Milliseconds after which an agent whose stream has dropped is given up. So long a master that has just started waits for the agents
 *  of the one before: until then a task that it does not know may be on one of them, and nothing is said of it. */
export const agentTimeoutMs = 10_000

/** The cluster of a Mesos master that starts. */
export function emptyCluster(startedAt: number): Cluster {
  return { startedAt, agents: {}, tasks: {} }
}

/** Takes in an agent under `agentId`. Tasks of it that it no longer has are lost. */
export function register(cluster: Cluster, message: RegisterMessage, agentId: string, now: number): ClusterStep {
  const offer: AgentOffer = {
    agentId,
    hostname: message.hostname,
    ip: message.ip,
    resources: message.resources,
    attributes: message.attributes,
  }
  const brought = Object.fromEntries(
    message.tasks.map((task): [string, KnownTask] => {
      const known = cluster.tasks[task.taskId]
      const status = { agentId, taskId: task.taskId, state: task.state, message: task.message ?? '', ...(task.data && { data: task.data }) }
      const info = task.task ?? known?.task
      const grace = known?.killGraceSec
      return [task.taskId, { status, ...(info && { task: info }), ...(grace === undefined ? {} : { killGraceSec: grace }) }]
    }),
  )
  const registeredAt = cluster.agents[agentId]?.registeredAt ?? now
  const agents = { ...cluster.agents, [agentId]: { offer, port: message.port, registeredAt } }
  const lost = lose({ ...cluster, agents }, agentId, 'Task was not on the agent when it registered again', (id) => id in brought)
  return {
    cluster: { ...lost.cluster, tasks: { ...lost.cluster.tasks, ...brought } },
    outgoing: [
      { to: 'agent', agentId, event: { type: 'REGISTERED', agentId } },
      { to: 'framework', event: { type: 'OFFERS', offers: [offer] } },
      ...lost.outgoing,
      ...Object.values(brought).map(toUpdate),
      ...Object.values(brought).flatMap(({ status, killGraceSec }) =>
        killGraceSec === undefined ? [] : [toKill(agentId, status.taskId, killGraceSec)],
      ),
    ],
  }
}

/** The agent's stream has dropped: it keeps its tasks for a while, but gets no new ones. */
export function disconnect(cluster: Cluster, agentId: string, now: number): ClusterStep {
  const agent = cluster.agents[agentId]
  if (agent === undefined || agent.droppedAt !== undefined) return { cluster, outgoing: [] }
  const agents = { ...cluster.agents, [agentId]: { ...agent, droppedAt: now } }
  return { cluster: { ...cluster, agents }, outgoing: [{ to: 'framework', event: { type: 'RESCIND', agentId } }] }
}

/** Gives up the agents that have been away for too long, and their tasks with them. */
export function expireAgents(cluster: Cluster, now: number): ClusterStep {
  const gone = Object.entries(cluster.agents).filter(([, { droppedAt }]) => droppedAt !== undefined && now - droppedAt >= agentTimeoutMs)
  return gone.reduce<ClusterStep>(
    (step, [agentId]) => {
      const { [agentId]: _gone, ...agents } = step.cluster.agents
      const lost = lose({ ...step.cluster, agents }, agentId, 'Agent removed', () => false)
      return {
        cluster: lost.cluster,
        outgoing: [...step.outgoing, { to: 'framework', event: { type: 'FAILURE', agentId } }, ...lost.outgoing],
      }
    },
    { cluster, outgoing: [] },
  )
}

/** Takes in what an agent says of a task; undefined when the agent is not registered. What has ended stays as it ended. */
export function applyStatus(cluster: Cluster, status: StatusMessage): ClusterStep | undefined {
  if (cluster.agents[status.agentId] === undefined) return undefined
  if (hasEnded(cluster.tasks[status.taskId])) return { cluster, outgoing: [] }
  const known = { ...cluster.tasks[status.taskId], status }
  return { cluster: { ...cluster, tasks: { ...cluster.tasks, [status.taskId]: known } }, outgoing: [toUpdate(known)] }
}

/** Does what the framework asks. */
export function applySchedulerCall(cluster: Cluster, call: SchedulerCall, now: number): ClusterStep {
  switch (call.type) {
    case 'SUBSCRIBE': {
      const offers = Object.values(cluster.agents).flatMap(({ offer, droppedAt }) => (droppedAt === undefined ? [offer] : []))
      const ended = Object.values(cluster.tasks).filter(hasEnded)
      return { cluster, outgoing: [{ to: 'framework', event: { type: 'OFFERS', offers } }, ...ended.map(toUpdate)] }
    }
    case 'ACKNOWLEDGE': {
      if (!hasEnded(cluster.tasks[call.taskId])) return { cluster, outgoing: [] }
      const { [call.taskId]: _ended, ...tasks } = cluster.tasks
      return { cluster: { ...cluster, tasks }, outgoing: [] }
    }
    case 'LAUNCH':
      return launch(cluster, call.agentId, call.task)
    case 'KILL':
      return kill(cluster, call.taskId, call.graceSec, now)
    case 'RECONCILE': {
      const ids = call.taskIds.length === 0 ? Object.keys(cluster.tasks) : call.taskIds
      const updates = ids.flatMap((id): readonly Outgoing[] => {
        const known = cluster.tasks[id]
        return known === undefined ? denyTask(cluster, id, 'Reconciliation: Task is unknown', now) : [toUpdate(known)]
      })
      return { cluster, outgoing: updates }
    }
  }
}

function launch(cluster: Cluster, agentId: string, task: TaskInfo): ClusterStep {
  const agent = cluster.agents[agentId]
  if (agent === undefined || agent.droppedAt !== undefined) {
    return { cluster, outgoing: [toUpdate(unknownTask(task.taskId, 'Task launched with an agent that is not connected', agentId))] }
  }
  const status: StatusMessage = { agentId, taskId: task.taskId, state: 'TASK_STAGING', message: '' }
  return {
    cluster: { ...cluster, tasks: { ...cluster.tasks, [task.taskId]: { status, task } } },
    outgoing: [{ to: 'agent', agentId, event: { type: 'RUN', task } }],
  }
}

function kill(cluster: Cluster, taskId: string, graceSec: number, now: number): ClusterStep {
  const known = cluster.tasks[taskId]
  if (known === undefined) return { cluster, outgoing: denyTask(cluster, taskId, 'Attempted to kill an unknown task', now) }
  if (hasEnded(known)) return { cluster, outgoing: [toUpdate(known)] }
  const { agentId } = known.status
  return {
    cluster: { ...cluster, tasks: { ...cluster.tasks, [taskId]: { ...known, killGraceSec: graceSec } } },
    outgoing: cluster.agents[agentId]?.droppedAt === undefined ? [toKill(agentId, taskId, graceSec)] : [],
  }
}

function lose(cluster: Cluster, agentId: string, message: string, isKept: (taskId: string) => boolean): ClusterStep {
  const lost = Object.entries(cluster.tasks).flatMap(([id, known]) =>
    known.status.agentId === agentId && !hasEnded(known) && !isKept(id)
      ? [{ ...known, status: { agentId, taskId: id, state: 'TASK_LOST' as const, message } }]
      : [],
  )
  const tasks = { ...cluster.tasks, ...Object.fromEntries(lost.map((known) => [known.status.taskId, known])) }
  return { cluster: { ...cluster, tasks }, outgoing: lost.map(toUpdate) }
}

function hasEnded(task: KnownTask | undefined): boolean {
  return task !== undefined && isTerminalState(task.status.state)
}

function denyTask({ startedAt }: Cluster, taskId: string, message: string, now: number): readonly Outgoing[] {
  return now - startedAt < agentTimeoutMs ? [] : [toUpdate(unknownTask(taskId, message))]
}

function unknownTask(taskId: string, message: string, agentId = ''): KnownTask {
  return { status: { agentId, taskId, state: 'TASK_LOST', message } }
}

function toUpdate({ status }: KnownTask): Outgoing {
  return { to: 'framework', event: { type: 'UPDATE', ...status } }
}

function toKill(agentId: string, taskId: string, graceSec: number): Outgoing {
  return { to: 'agent', agentId, event: { type: 'KILL', taskId, graceSec } }
}
