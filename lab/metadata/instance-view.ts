import type { Instance, NetworkInterface, RegionState } from '../region-state.ts'

/** An instance as its metadata describes it. */
export interface InstanceView {
  readonly instance: Instance
  readonly region: string
  readonly account: string
  /** Attached ones, by device index. */
  readonly interfaces: readonly InterfaceView[]
}

/** A network interface with what its metadata says of its surroundings. */
export interface InterfaceView {
  readonly networkInterface: NetworkInterface
  readonly deviceIndex: number
  readonly subnetCidr: string
  /** The VPC's blocks, the first one first. */
  readonly vpcCidrs: readonly string[]
  readonly groupNames: readonly string[]
}

/**
 * Finds the instance behind a source address: any private address of any of its interfaces.
 * @returns undefined when no running instance has the address
 */
export function findInstance(state: RegionState, address: string): InstanceView | undefined {
  const held = state.networkInterfaces.find((candidate) => candidate.privateAddresses.includes(address))
  const instance = state.instances.find(({ id }) => id === held?.attachment?.instanceId)
  if (instance === undefined || instance.state === 'terminated' || instance.state === 'stopped') return undefined
  const interfaces = state.networkInterfaces
    .filter(({ attachment }) => attachment?.instanceId === instance.id)
    .map((networkInterface) => describeInterface(state, networkInterface))
    .sort((one, other) => one.deviceIndex - other.deviceIndex)
  return { instance, region: state.region, account: state.account, interfaces }
}

function describeInterface(state: RegionState, networkInterface: NetworkInterface): InterfaceView {
  return {
    networkInterface,
    deviceIndex: networkInterface.attachment?.deviceIndex ?? 0,
    subnetCidr: state.subnets.find(({ id }) => id === networkInterface.subnetId)?.cidr ?? '',
    vpcCidrs: state.vpcs.find(({ id }) => id === networkInterface.vpcId)?.cidrs ?? [],
    groupNames: networkInterface.groupIds.map((id) => state.securityGroups.find((group) => group.id === id)?.name ?? id),
  }
}
