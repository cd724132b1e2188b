import type { AgentOffer } from '../protocol/mesos-protocol.ts'
import type { AutoScaleRule, Instance, InstanceGroup } from '../protocol/model/agent.ts'
import { lookUp } from './state.ts'
import type { MasterContext, MasterState } from './state.ts'

const defaultRule: AutoScaleRule = {
  min: 0,
  max: 1000,
  minIdleToKeep: 2,
  maxIdleToKeep: 5,
  coolDownSec: 600,
  priority: 100,
  shortfallAdjustingFactor: 8,
}

/** The instance group of an agent: its attribute `asg`. */
export function groupOf(offer: AgentOffer): string {
  return offer.attributes['asg'] || 'unknown-instanceGroup'
}

/** The instance id of an agent: its attribute `id`. */
export function instanceOf(offer: AgentOffer): string {
  return offer.attributes['id'] || offer.hostname
}

/** Finds instance groups and instances among the registered agents, once every `refreshMs`: until then a new agent is not to be seen.
 *  A new group is Inactive. A group keeps its state for as long as the master lives, even with no agent in it. */
export function discover(state: MasterState, { now, settings }: MasterContext): MasterState {
  if (now - state.refreshedAt < settings.refreshMs) return state
  const refreshed = { ...state, refreshedAt: now }
  // Without Mesos nothing new is known of the agents, so that they stay as they were.
  if (state.offers === undefined) return refreshed
  const offers = Object.values(state.offers)
  const ids = new Set([...Object.keys(state.groups), ...offers.map(groupOf)])
  const groups = [...ids].map((id): [string, InstanceGroup] => {
    const members = offers.filter((offer) => groupOf(offer) === id)
    return [id, refreshGroup(id, lookUp(state.groups, id), members, now)]
  })
  const instances = offers.map((offer): [string, Instance] => {
    const id = instanceOf(offer)
    return [id, refreshInstance(offer, lookUp(state.instances, id), now)]
  })
  return { ...refreshed, groups: Object.fromEntries(groups), instances: Object.fromEntries(instances) }
}

function refreshGroup(id: string, known: InstanceGroup | undefined, members: readonly AgentOffer[], now: number): InstanceGroup {
  const count = members.length
  if (known !== undefined) return { ...known, desired: count, current: count, max: count }
  return {
    id,
    instanceType: members[0]?.attributes['itype'] || 'unknown',
    instanceResources: { cpu: 0, gpu: 0, memoryMB: 0, diskMB: 0, networkMbps: 0 },
    tier: 'Flex',
    min: 0,
    desired: count,
    current: count,
    max: count,
    isLaunchEnabled: false,
    isTerminateEnabled: false,
    autoScaleRule: defaultRule,
    lifecycleStatus: { state: 'Inactive', detail: 'New instance group discovered', timestamp: now },
    launchTimestamp: now,
    attributes: {},
  }
}

function refreshInstance(offer: AgentOffer, known: Instance | undefined, now: number): Instance {
  return {
    id: instanceOf(offer),
    instanceGroupId: groupOf(offer),
    // The Mesos connector has nothing but the host name to offer for either.
    ipAddress: offer.hostname,
    hostname: offer.hostname,
    lifecycleStatus: known?.lifecycleStatus ?? { state: 'Started', launchTimestamp: now },
    overrideStatus: known?.overrideStatus ?? { state: 'NotOverriden', detail: '', timestamp: 0 },
    healthStatus: known?.healthStatus ?? { sourceId: 'mesos', state: 'Healthy', detail: '', timestamp: now },
    attributes: offer.attributes,
  }
}
