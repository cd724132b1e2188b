/** Text to text. */
export type StringMap = Readonly<Record<string, string>>

/** Resources of one task; disk and memory in MiB, network in Mbit/s. */
export interface ContainerResources {
  readonly cpu: number
  readonly gpu: number
  readonly memoryMB: number
  readonly diskMB: number
  readonly networkMbps: number
  readonly allocateIP: boolean
  readonly efsMounts: readonly {
    readonly efsId: string
    readonly mountPoint: string
    readonly mountPerm: 'RO' | 'WO' | 'RW' | number
    readonly efsRelativeMountPoint: string
  }[]
}

/** Constraint names with their values; only the value `true` has an effect. */
export interface Constraints {
  readonly constraints: StringMap
  readonly expression: string
}

/** What runs, with what, as whom. */
export interface Container {
  readonly resources: ContainerResources
  readonly securityProfile: { readonly securityGroups: readonly string[]; readonly iamRole: string; readonly attributes: StringMap }
  readonly image: { readonly name: string; readonly tag: string; readonly digest: string }
  readonly attributes: StringMap
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
  readonly env: StringMap
  readonly softConstraints: Constraints
  readonly hardConstraints: Constraints
}

/** One of three ways to space retries. Times in milliseconds. */
export type RetryPolicy =
  | { readonly immediate: { readonly retries: number } }
  | { readonly delayed: { readonly initialDelayMs: number; readonly delayMs: number; readonly retries: number } }
  | { readonly exponentialBackOff: { readonly initialDelayMs: number; readonly maxDelayIntervalMs: number; readonly retries: number } }

/** How many tasks a service job has; min <= desired <= max. */
export interface Capacity {
  readonly min: number
  readonly max: number
  readonly desired: number
}

/** What may not change the desired count. */
export interface JobProcesses {
  readonly disableIncreaseDesired: boolean
  readonly disableDecreaseDesired: boolean
}

/** The batch part of a job descriptor. */
export interface BatchSpec {
  readonly size: number
  readonly runtimeLimitSec: number
  readonly retryPolicy: RetryPolicy
}

/** The service part of a job descriptor. */
export interface ServiceSpec {
  readonly capacity: Capacity
  readonly enabled: boolean
  readonly retryPolicy: RetryPolicy
  readonly migrationPolicy: { readonly systemDefault: object } | { readonly selfManaged: object }
  readonly serviceJobProcesses: JobProcesses
}

/** A job descriptor after sanitising: every message is there, and exactly one of `batch` and `service`. */
export interface JobDescriptor {
  readonly owner: { readonly teamEmail: string }
  readonly applicationName: string
  readonly capacityGroup: string
  readonly jobGroupInfo: { readonly stack: string; readonly detail: string; readonly sequence: string }
  readonly attributes: StringMap
  readonly container: Container
  readonly batch?: BatchSpec
  readonly service?: ServiceSpec
}

/** The states of a job. */
export type JobState = 'Accepted' | 'KillInitiated' | 'Finished'

/** The states of a task that are ever seen (`Disconnected` exists in the API but is never entered). */
export type TaskState = 'Accepted' | 'Launched' | 'StartInitiated' | 'Started' | 'KillInitiated' | 'Finished'

/** A state with its reason; `timestamp` in milliseconds since the epoch. */
export interface Status<State extends string> {
  readonly state: State
  readonly reasonCode: string
  readonly reasonMessage: string
  readonly timestamp: number
}

/** A job as the API shows it. */
export interface Job {
  readonly id: string
  readonly jobDescriptor: JobDescriptor
  readonly status: Status<JobState>
  readonly statusHistory: readonly Status<JobState>[]
}

/** A task as the API shows it. `migrationDetails` stands on service tasks alone. */
export interface Task {
  readonly id: string
  readonly jobId: string
  readonly taskContext: StringMap
  readonly status: Status<TaskState>
  readonly statusHistory: readonly Status<TaskState>[]
  readonly logLocation: { readonly ui: object; readonly liveStream: object; readonly s3: object }
  readonly migrationDetails?: { readonly needsMigration: boolean; readonly deadline: number }
}
