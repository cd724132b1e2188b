import type { AutoScaleRule, Instance, InstanceGroup, InstanceGroupState } from '../protocol/model/agent.ts'
import type { StringMap } from '../protocol/model/job.ts'
import { listOf } from './find.ts'
import { CallRefused } from '../protocol/master-rpc.ts'
import { lookUp } from './state.ts'
import type { MasterState } from './state.ts'

/** The group with this id. Throws CallRefused INTERNAL: rc.57 maps the exception to nothing better. */
export function findGroup(state: MasterState, id: string): InstanceGroup {
  const group = lookUp(state.groups, id)
  if (group === undefined) throw new CallRefused('INTERNAL', `AgentManagementException: Instance group ${id} not found`)
  return group
}

/** The instance with this id. Throws CallRefused INTERNAL. */
export function findInstance(state: MasterState, id: string): Instance {
  const instance = lookUp(state.instances, id)
  if (instance === undefined) throw new CallRefused('INTERNAL', `AgentManagementException: Agent instance ${id} not found`)
  return instance
}

/** Changes fields of a group. Throws CallRefused INTERNAL for an unknown one. */
export function updateGroup(state: MasterState, id: string, change: Partial<InstanceGroup>): MasterState {
  return { ...state, groups: { ...state.groups, [id]: { ...findGroup(state, id), ...change } } }
}

/** Puts a group into another state; any may follow any. Throws CallRefused INTERNAL for an unknown one. */
export function updateLifecycle(state: MasterState, id: string, lifecycle: InstanceGroupState, detail: string, now: number): MasterState {
  return updateGroup(state, id, { lifecycleStatus: { state: lifecycle, detail, timestamp: now } })
}

/** Replaces a group's scaling rule. Throws CallRefused INVALID_ARGUMENT for bounds that cross. */
export function updateAutoScaleRule(state: MasterState, id: string, rule: AutoScaleRule): MasterState {
  const crossing =
    rule.min > rule.max
      ? (['min', 'max'] as const)
      : rule.minIdleToKeep > rule.maxIdleToKeep
        ? (['minIdleToKeep', 'maxIdleToKeep'] as const)
        : undefined
  if (crossing !== undefined) {
    const [low, high] = crossing
    throw new CallRefused('INVALID_ARGUMENT', `AgentManagementException: '${low}'(${rule[low]}) must be <= '${high}'(${rule[high]})`)
  }
  return updateGroup(state, id, { autoScaleRule: rule })
}

/** Quarantines an instance or lets it work again. Throws CallRefused INTERNAL for an unknown one. */
export function updateOverride(
  state: MasterState,
  id: string,
  override: 'NotOverriden' | 'Quarantined',
  detail: string,
  now: number,
): MasterState {
  const instance = { ...findInstance(state, id), overrideStatus: { state: override, detail, timestamp: now } }
  return { ...state, instances: { ...state.instances, [id]: instance } }
}

/** The instances that match all criteria; an empty criterion counts as none. */
export function findInstances(state: MasterState, criteria: StringMap): readonly Instance[] {
  const within = (name: string, actual: string): boolean => listOf(criteria, name)?.includes(actual) ?? true
  return Object.values(state.instances).filter(
    (instance) =>
      within('instanceIds', instance.id) &&
      within('instanceGroupIds', instance.instanceGroupId) &&
      within('deploymentState', instance.lifecycleStatus.state) &&
      within('overrideState', instance.overrideStatus.state) &&
      within('healthState', instance.healthStatus.state),
  )
}
