import { choice, enumeration, many, message, one, scalar, stringMap } from './descriptor.ts'

/** The states of an instance group, in the order of their numbers. */
const instanceGroupStates = ['Inactive', 'Active', 'PhasedOut', 'Removable'] as const

const resourceDimension = message(
  'ResourceDimension',
  ['cpu', 'gpu', 'memoryMB', 'diskMB', 'networkMbps'].map((name) => scalar(name, 'uint32')),
)
const tier = enumeration('Tier', ['Flex', 'Critical'])
const lifecycleState = enumeration('InstanceGroupLifecycleState', instanceGroupStates)
const overrideState = enumeration('InstanceOverrideState', ['NotOverriden', 'Quarantined'])

/** AutoScaleRule: the bounds for scaling an instance group. */
export const autoScaleRuleMessage = message('AutoScaleRule', [
  scalar('min', 'uint32'),
  scalar('max', 'uint32'),
  scalar('minIdleToKeep', 'uint32'),
  scalar('maxIdleToKeep', 'uint32'),
  scalar('coolDownSec', 'uint64'),
  scalar('priority', 'uint32'),
  scalar('shortfallAdjustingFactor', 'uint32'),
])

const lifecycleStatus = message('InstanceGroupLifecycleStatus', [
  choice('state', lifecycleState),
  scalar('detail', 'string'),
  scalar('timestamp', 'uint64'),
])

/** AgentInstanceGroup: the answer to GET /agent/instanceGroups/{id}. */
export const instanceGroupMessage = message('AgentInstanceGroup', [
  scalar('id', 'string'),
  scalar('instanceType', 'string'),
  one('instanceResources', resourceDimension),
  choice('tier', tier),
  scalar('min', 'uint32'),
  scalar('desired', 'uint32'),
  scalar('current', 'uint32'),
  scalar('max', 'uint32'),
  scalar('isLaunchEnabled', 'bool'),
  scalar('isTerminateEnabled', 'bool'),
  one('autoScaleRule', autoScaleRuleMessage),
  one('lifecycleStatus', lifecycleStatus),
  scalar('launchTimestamp', 'uint64'),
  stringMap('attributes'),
])

/** The answer to GET /agent/instanceGroups. */
export const instanceGroupsMessage = message('AgentInstanceGroups', [many('agentInstanceGroups', instanceGroupMessage)])

const instanceStatus = message('InstanceLifecycleStatus', [
  choice('state', enumeration('InstanceLifecycleState', ['StartInitiated', 'Started', 'KillInitiated', 'Stopped'])),
  scalar('launchTimestamp', 'uint64'),
])
const overrideStatus = message('InstanceOverrideStatus', [
  choice('state', overrideState),
  scalar('detail', 'string'),
  scalar('timestamp', 'uint64'),
])
const healthStatus = message('HealthStatus', [
  scalar('sourceId', 'string'),
  choice('state', enumeration('HealthState', ['Unknown', 'Healthy', 'Unhealthy'])),
  scalar('detail', 'string'),
  scalar('timestamp', 'uint64'),
])

/** AgentInstance: one registered agent. */
export const instanceMessage = message('AgentInstance', [
  scalar('id', 'string'),
  scalar('instanceGroupId', 'string'),
  scalar('ipAddress', 'string'),
  scalar('hostname', 'string'),
  one('lifecycleStatus', instanceStatus),
  one('overrideStatus', overrideStatus),
  one('healthStatus', healthStatus),
  stringMap('attributes'),
])

/** The answer to GET /agent/instances. */
export const instancesMessage = message('AgentInstances', [many('agentInstances', instanceMessage)])

/** The body of PUT …/autoscale. */
export const autoScaleUpdateMessage = message('AutoScalingRuleUpdate', [
  scalar('instanceGroupId', 'string'),
  one('autoScaleRule', autoScaleRuleMessage),
])

/** The body of PUT …/lifecycle. */
export const lifecycleUpdateMessage = message('InstanceGroupLifecycleStateUpdate', [
  scalar('instanceGroupId', 'string'),
  choice('lifecycleState', lifecycleState),
  scalar('detail', 'string'),
])

/** The body of PUT …/attributes. */
export const attributesUpdateMessage = message('InstanceGroupAttributesUpdate', [
  scalar('instanceGroupId', 'string'),
  stringMap('attributes'),
])

/** The body of PUT /agent/instances/{id}/override. */
export const overrideUpdateMessage = message('InstanceOverrideStateUpdate', [
  scalar('agentInstanceId', 'string'),
  choice('overrideState', overrideState),
  scalar('detail', 'string'),
])
