import type { Instance, NetworkInterface, RegionState, SecurityGroup, SecurityGroupRule } from '../../lab/region-state.ts'

/** A small region for tests: a VPC with a public and a private subnet, and what the caller adds. */
export function makeRegion(more: Partial<RegionState> = {}): RegionState {
  return {
    region: 'eu-west-1',
    account: '123456789012',
    vpcs: [{ id: 'vpc-1', cidr: '30.0.0.0/16', cidrs: ['30.0.0.0/16'], isDefault: false }],
    subnets: [
      { id: 'subnet-pub', vpcId: 'vpc-1', cidr: '30.0.1.0/24', availabilityZone: 'eu-west-1a', isPublic: true },
      { id: 'subnet-prv', vpcId: 'vpc-1', cidr: '30.0.100.0/24', availabilityZone: 'eu-west-1a', isPublic: false },
    ],
    securityGroups: [],
    networkInterfaces: [],
    instances: [],
    elasticAddresses: [],
    ...more,
  }
}

/** An interface with its addresses, attached as `deviceIndex` unless `instanceId` is absent. */
export function makeInterface(
  id: string,
  addresses: readonly string[],
  more: Partial<NetworkInterface> & { readonly instanceId?: string; readonly deviceIndex?: number } = {},
): NetworkInterface {
  const { instanceId, deviceIndex = 0, ...rest } = more
  return {
    id,
    subnetId: 'subnet-prv',
    vpcId: 'vpc-1',
    description: '',
    status: instanceId === undefined ? 'available' : 'in-use',
    macAddress: '02:00:00:00:00:01',
    privateAddress: addresses[0] ?? '',
    privateAddresses: addresses,
    groupIds: [],
    sourceDestCheck: true,
    tags: {},
    ...(instanceId === undefined ? {} : { attachment: { id: `attach-${id}`, instanceId, deviceIndex } }),
    ...rest,
  }
}

/** A running instance. */
export function makeInstance(id: string, more: Partial<Instance> = {}): Instance {
  return {
    id,
    state: 'running',
    imageId: 'ami-1',
    instanceType: 't3.medium',
    architecture: 'x86_64',
    launchedAt: '2026-01-01T00:00:00.000Z',
    reservationId: 'r-1',
    launchIndex: 0,
    volumeGiB: 8,
    vpcId: 'vpc-1',
    subnetId: 'subnet-prv',
    availabilityZone: 'eu-west-1a',
    privateAddress: '30.0.100.10',
    privateDnsName: '',
    groupIds: [],
    tags: {},
    metadata: { httpTokens: 'required', httpEndpoint: 'enabled', hopLimit: 2, instanceTags: false },
    ...more,
  }
}

export const everywhere: SecurityGroupRule = { protocol: '-1', peer: { cidr: '0.0.0.0/0' } }

/** A group that lets everything out. */
export function makeGroup(
  id: string,
  ingress: readonly SecurityGroupRule[],
  egress: readonly SecurityGroupRule[] = [everywhere],
): SecurityGroup {
  return {
    id,
    name: id,
    vpcId: 'vpc-1',
    ingress,
    egress,
  }
}
