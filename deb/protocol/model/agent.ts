import type { StringMap } from './job.ts'

/** The tiers that capacity is divided into. */
export type Tier = 'Flex' | 'Critical'

/** The states of an instance group; any may follow any. */
export type InstanceGroupState = 'Inactive' | 'Active' | 'PhasedOut' | 'Removable'

/** Bounds for scaling a group of agents; kept and shown, nothing scales. */
export interface AutoScaleRule {
  readonly min: number
  readonly max: number
  readonly minIdleToKeep: number
  readonly maxIdleToKeep: number
  readonly coolDownSec: number
  readonly priority: number
  readonly shortfallAdjustingFactor: number
}

/** An instance group as the API shows it. Timestamps in milliseconds since the epoch. */
export interface InstanceGroup {
  readonly id: string
  readonly instanceType: string
  readonly instanceResources: {
    readonly cpu: number
    readonly gpu: number
    readonly memoryMB: number
    readonly diskMB: number
    readonly networkMbps: number
  }
  readonly tier: Tier
  readonly min: number
  readonly desired: number
  readonly current: number
  readonly max: number
  readonly isLaunchEnabled: boolean
  readonly isTerminateEnabled: boolean
  readonly autoScaleRule: AutoScaleRule
  readonly lifecycleStatus: { readonly state: InstanceGroupState; readonly detail: string; readonly timestamp: number }
  readonly launchTimestamp: number
  readonly attributes: StringMap
}

/** An agent instance as the API shows it. */
export interface Instance {
  readonly id: string
  readonly instanceGroupId: string
  readonly ipAddress: string
  readonly hostname: string
  readonly lifecycleStatus: {
    readonly state: 'StartInitiated' | 'Started' | 'KillInitiated' | 'Stopped'
    readonly launchTimestamp: number
  }
  readonly overrideStatus: { readonly state: 'NotOverriden' | 'Quarantined'; readonly detail: string; readonly timestamp: number }
  readonly healthStatus: {
    readonly sourceId: string
    readonly state: 'Unknown' | 'Healthy' | 'Unhealthy'
    readonly detail: string
    readonly timestamp: number
  }
  readonly attributes: StringMap
}
