import type { Message } from './dialect/descriptor.ts'
import type { AutoScaleRule, InstanceGroupState, Tier } from './model/agent.ts'
import type { Capacity, JobDescriptor, JobProcesses, StringMap } from './model/job.ts'

/** Which part of a list is wanted: by number, or after a cursor when that is not empty. */
export interface PageRequest {
  readonly pageNumber: number
  readonly pageSize: number
  readonly cursor: string
}

/** A page of a list, as the API shows it. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly pagination: {
    readonly currentPage: PageRequest
    readonly hasMore: boolean
    readonly totalPages: number
    readonly totalItems: number
    readonly cursor: string
    readonly cursorPosition: number
  }
}

/** What the gateway asks of the master (the services of the Titus gRPC API in one union). `POST /rpc` on the master's gRPC port. */
export type MasterCall =
  | { readonly method: 'createJob'; readonly descriptor: JobDescriptor }
  | { readonly method: 'findJobs' | 'findTasks'; readonly page: PageRequest; readonly criteria: StringMap }
  | { readonly method: 'findJob' | 'killJob'; readonly id: string }
  | { readonly method: 'findTask'; readonly id: string }
  | { readonly method: 'killTask'; readonly id: string; readonly shrink: boolean; readonly user: string }
  | { readonly method: 'updateCapacity'; readonly id: string; readonly capacity: Capacity }
  | { readonly method: 'updateJobProcesses'; readonly id: string; readonly processes: JobProcesses }
  | { readonly method: 'updateJobStatus'; readonly id: string; readonly enabled: boolean }
  | { readonly method: 'getInstanceGroups' }
  | { readonly method: 'getInstanceGroup' | 'getInstance'; readonly id: string }
  | { readonly method: 'findInstances'; readonly criteria: StringMap }
  | { readonly method: 'updateTier'; readonly id: string; readonly tier: Tier }
  | { readonly method: 'updateAutoScaleRule'; readonly id: string; readonly rule: AutoScaleRule }
  | { readonly method: 'updateLifecycle'; readonly id: string; readonly state: InstanceGroupState; readonly detail: string }
  | { readonly method: 'updateAttributes'; readonly id: string; readonly attributes: StringMap }
  | { readonly method: 'updateOverride'; readonly id: string; readonly state: 'NotOverriden' | 'Quarantined'; readonly detail: string }
  | { readonly method: 'getPolicies'; readonly jobId?: string }
  | { readonly method: 'getPolicy' | 'deletePolicy'; readonly id: string }
  | { readonly method: 'createPolicy'; readonly jobId: string; readonly policy: Message }
  | { readonly method: 'updatePolicy'; readonly id: string; readonly policy: Message }
  | { readonly method: 'getSelectors' }
  | { readonly method: 'getSelector' | 'deleteSelector'; readonly id: string }
  | { readonly method: 'createSelector'; readonly selector: Message }
  | { readonly method: 'updateSelector'; readonly id: string; readonly selector: Message }

/** GRPC status codes that occur. */
export type StatusCode =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'DEADLINE_EXCEEDED'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'INTERNAL'

/** The master's answer. On failure `text` is `ExceptionClass: what`. */
export type MasterReply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly code: StatusCode; readonly text: string }

/** A call that the master refuses; thrown inside its core and turned into a MasterReply at its edge. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused'
  readonly code: StatusCode
  constructor(code: StatusCode, text: string) {
    super(text)
    this.code = code
  }
}
