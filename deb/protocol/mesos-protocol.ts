/** The protocol between agents, the Mesos master and the Titus master. Both streams are answers to a POST that stay open:
 *  newline-delimited JSON, one event a line, `{"type":"HEARTBEAT"}` every 5 s. A receiver that has seen nothing for three heartbeats
 *  gives the stream up, looks the leader up again and registers anew. The names of states are those of Mesos. */

/** Where an agent opens its stream (POST, body `RegisterMessage`, answer a stream of `AgentEvent`). */
export const agentPath = '/agent/v1'

/** Where an agent posts a `StatusMessage`; the answer is 202, or 410 when the agent has to register again first. */
export const agentStatusPath = '/agent/v1/status'

/** Where an agent posts `{agentId}` every `pingMs`: one whose plug was pulled closes no connection. 202, or 410 as above. */
export const agentPingPath = '/agent/v1/ping'

/** Milliseconds between two pings of an agent. One that is silent for three of them counts as disconnected. */
export const pingMs = 2_000

/** Where a framework posts a `SchedulerCall`; SUBSCRIBE answers with a stream of `SchedulerEvent`, all others with 202. */
export const schedulerPath = '/api/v1/scheduler'

/** Milliseconds between two heartbeats of either stream. */
export const heartbeatMs = 5_000

/** Mesos task states that an agent reports; the last six are terminal. */
export type MesosTaskState =
  | 'TASK_STAGING'
  | 'TASK_STARTING'
  | 'TASK_RUNNING'
  | 'TASK_FINISHED'
  | 'TASK_FAILED'
  | 'TASK_KILLED'
  | 'TASK_LOST'
  | 'TASK_ERROR'
  | 'TASK_DROPPED'

/** Whether a task in this state will never change again. */
export function isTerminalState(state: MesosTaskState): boolean {
  return state !== 'TASK_STAGING' && state !== 'TASK_STARTING' && state !== 'TASK_RUNNING'
}

/** What an agent has to give: cpus, MiB of memory and disk, Mbit/s, and the port ranges as Mesos writes them (`[7150-7200]`). */
export interface AgentResources {
  readonly cpus: number
  readonly mem: number
  readonly disk: number
  readonly network: number
  readonly ports: string
}

/** The text attributes of MESOS_ATTRIBUTES: region, zone, id, asg, stack, itype, res, and whatever else the agent was given. */
export type AgentAttributes = Readonly<Record<string, string>>

/** The network details that the executor reports with TASK_STARTING or TASK_RUNNING: the runtime details of titus-executor. */
export interface TaskDetails {
  readonly ipAddresses: { readonly nfvpc: string }
  readonly NetworkConfiguration: {
    readonly IsRoutableIP: boolean
    readonly IPAddress: string
    readonly EniIPAddress: string
    readonly EniID: string
    /** `resource-eni-<eniIndex>`, 0-based. */
    readonly ResourceID: string
  }
}

/** Everything that an agent needs to run a task. */
export interface TaskInfo {
  readonly taskId: string
  readonly jobId: string
  /** `name:tag` or `name@sha256:…`, without a registry. */
  readonly image: string
  readonly entryPoint: readonly string[]
  /** The job's environment, the Titus master's own variables laid over it. */
  readonly env: Readonly<Record<string, string>>
  readonly cpu: number
  readonly memoryMB: number
  readonly diskMB: number
  readonly networkMbps: number
  readonly securityGroups: readonly string[]
  /** A full ARN. */
  readonly iamRole: string
  /** 0-based resource index: the network interface with device index `eniIndex + 1`. */
  readonly eniIndex: number
  readonly labels?: Readonly<Record<string, string>>
  /** Seconds between SIGTERM and SIGKILL. */
  readonly killWaitSec: number
}

/** A task that is alive on an agent when it (re-)registers. `task` lets a fresh Mesos master account for its resources. */
export interface RegisteredTask {
  readonly taskId: string
  readonly state: MesosTaskState
  readonly message?: string
  readonly data?: TaskDetails
  readonly task?: TaskInfo
}

/** The first and only body on the agent's stream. `agentId` is the one that REGISTERED gave before, if any. */
export interface RegisterMessage {
  readonly type: 'REGISTER'
  readonly hostname: string
  readonly ip: string
  readonly port: number
  readonly resources: AgentResources
  readonly attributes: AgentAttributes
  readonly agentId?: string
  readonly tasks: readonly RegisteredTask[]
}

/** Mesos master to agent. KILL of a task that the agent does not have is answered with a TASK_LOST status. */
export type AgentEvent =
  | { readonly type: 'REGISTERED'; readonly agentId: string }
  | { readonly type: 'HEARTBEAT' }
  | { readonly type: 'RUN'; readonly task: TaskInfo }
  | { readonly type: 'KILL'; readonly taskId: string; readonly graceSec: number }

/** Agent to Mesos master: a task has a new state (or new details). Delivered in order; retried by the agent until answered. */
export interface StatusMessage {
  readonly agentId: string
  readonly taskId: string
  readonly state: MesosTaskState
  readonly message: string
  readonly data?: TaskDetails
}

/** An agent as the framework sees it: the whole of it is offered for as long as it is registered. */
export interface AgentOffer {
  readonly agentId: string
  readonly hostname: string
  readonly ip: string
  readonly resources: AgentResources
  readonly attributes: AgentAttributes
}

/** Framework to Mesos master, after the scheduler API v1. ACKNOWLEDGE: the end of a task has been heard; until then it is told again
 *  with every subscription. RECONCILE with no tasks asks for the state of all tasks;
 *  a task that is named and not known is answered with TASK_LOST, by a master that has run long enough to know its agents. */
export type SchedulerCall =
  | { readonly type: 'SUBSCRIBE'; readonly framework: string }
  | { readonly type: 'LAUNCH'; readonly agentId: string; readonly task: TaskInfo }
  | { readonly type: 'KILL'; readonly taskId: string; readonly graceSec: number }
  | { readonly type: 'ACKNOWLEDGE'; readonly taskId: string }
  | { readonly type: 'RECONCILE'; readonly taskIds: readonly string[] }

/** Mesos master to framework. RESCIND: the agent's stream has dropped, it takes no tasks until it is offered again.
 *  FAILURE: the agent is gone; an UPDATE with TASK_LOST follows for each of its tasks. */
export type SchedulerEvent =
  | { readonly type: 'SUBSCRIBED'; readonly frameworkId: string }
  | { readonly type: 'HEARTBEAT' }
  | { readonly type: 'OFFERS'; readonly offers: readonly AgentOffer[] }
  | { readonly type: 'RESCIND' | 'FAILURE'; readonly agentId: string }
  | ({ readonly type: 'UPDATE' } & StatusMessage)
