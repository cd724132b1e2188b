import type { Message } from '../protocol/dialect/descriptor.ts'
import type { AgentOffer, TaskDetails } from '../protocol/mesos-protocol.ts'
import type { Instance, InstanceGroup } from '../protocol/model/agent.ts'
import type { Job, Status, TaskState } from '../protocol/model/job.ts'

/** Where a task was placed. */
export interface Placement {
  readonly agent: AgentOffer
  /** 0-based index of the network interface. */
  readonly eniIndex: number
}

/** A task as the master keeps it; `Task` of the API is made from it. */
export interface TaskRecord {
  readonly id: string
  readonly jobId: string
  /** Batch tasks alone. */
  readonly index?: number
  readonly originalId: string
  readonly resubmitOf?: string
  readonly resubmitNumber: number
  readonly systemResubmitNumber: number
  readonly status: Status<TaskState>
  readonly statusHistory: readonly Status<TaskState>[]
  readonly placement?: Placement
  readonly details?: TaskDetails
  /** How many retries in a row the delay has grown over; 0 again after a healthy run. */
  readonly backOffStep: number
  /** Milliseconds; set when the task has finished and will be retried. */
  readonly retryDelayMs?: number
  /** When the task entered its current stage (Launched, StartInitiated, KillInitiated): the stuck timers count from here. */
  readonly stageSince: number
  readonly killAttempts: number
}

/** A scaling policy, as sent, with the id that it was given. */
export interface PolicyRecord {
  readonly id: string
  readonly jobId: string
  readonly policy: Message
}

/** All that the master knows. In memory alone: a restart loses it, as in the open source Titus. */
export interface MasterState {
  readonly jobs: Readonly<Record<string, Job>>
  readonly tasks: Readonly<Record<string, TaskRecord>>
  /** The agents that Mesos offers right now, by agent id; undefined until a new subscription has told. */
  readonly offers: Readonly<Record<string, AgentOffer>> | undefined
  /** What the last discovery found, by group id and by instance id. */
  readonly groups: Readonly<Record<string, InstanceGroup>>
  readonly instances: Readonly<Record<string, Instance>>
  readonly refreshedAt: number
  readonly policies: Readonly<Record<string, PolicyRecord>>
  readonly selectors: Readonly<Record<string, Message>>
}

/** The state of a master that has just started. */
export const initialState: MasterState = {
  jobs: {},
  tasks: {},
  offers: undefined,
  groups: {},
  instances: {},
  refreshedAt: 0,
  policies: {},
  selectors: {},
}

/** What the properties files and the environment of the master decide. */
export interface MasterSettings {
  readonly cellName: string
  /** Milliseconds between two discoveries of instance groups. */
  readonly refreshMs: number
  /** The AWS account that short role names are completed with; `default` when EC2_OWNER_ID is not set, as in the real one. */
  readonly ownerId: string
}

/** What a step of the master may look at besides its state. */
export interface MasterContext {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** A fresh UUID. */
  readonly newId: () => string
  readonly settings: MasterSettings
}

/** What Mesos has to be told. */
export type Effect = { readonly type: 'launch'; readonly taskId: string } | { readonly type: 'kill'; readonly taskId: string }

/** A new state and what has to be done because of it, in this order. */
export interface Step {
  readonly state: MasterState
  readonly effects: readonly Effect[]
}

/** What is kept under an id that came from outside; never something that every object has (`constructor`). */
export function lookUp<Value>(records: Readonly<Record<string, Value>>, id: string): Value | undefined {
  return Object.hasOwn(records, id) ? records[id] : undefined
}

/** The state with these tasks put in. */
export function withTasks(state: MasterState, tasks: readonly TaskRecord[]): MasterState {
  if (tasks.length === 0) return state
  return { ...state, tasks: { ...state.tasks, ...Object.fromEntries(tasks.map((task) => [task.id, task])) } }
}

/** The state with this job put in. */
export function withJob(state: MasterState, job: Job): MasterState {
  return { ...state, jobs: { ...state.jobs, [job.id]: job } }
}
