/** The region as its control plane describes it: what the reconciler, the packet filter, the resolver and the metadata service read.
 *  Made by `readRegion` (lab/api/read-region.ts); ids are AWS ids, addresses are IPv4 in dotted form. */
export interface RegionState {
  readonly region: string
  readonly account: string
  readonly vpcs: readonly Vpc[]
  readonly subnets: readonly Subnet[]
  readonly securityGroups: readonly SecurityGroup[]
  /** Attached and unattached alike. */
  readonly networkInterfaces: readonly NetworkInterface[]
  /** Every instance that the API still shows; a terminated one stays for a while, without network interfaces. */
  readonly instances: readonly Instance[]
  readonly elasticAddresses: readonly ElasticAddress[]
}

/** A VPC. Its resolver is at the base address plus two. */
export interface Vpc {
  readonly id: string
  /** The first block; `cidrs` has it and those that were associated later. */
  readonly cidr: string
  readonly cidrs: readonly string[]
  /** The VPC that every region has from the start (172.31.0.0/16). */
  readonly isDefault: boolean
}

/** A subnet. Its router is at the base address plus one. */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly cidr: string
  readonly availabilityZone: string
  /** Its route table sends 0.0.0.0/0 to an internet gateway. */
  readonly isPublic: boolean
}

/** A security group: stateful; what no rule allows is dropped. */
export interface SecurityGroup {
  readonly id: string
  readonly name: string
  readonly vpcId: string
  readonly ingress: readonly SecurityGroupRule[]
  readonly egress: readonly SecurityGroupRule[]
}

/** One permission of a group, as DescribeSecurityGroups gives it, one peer each. */
export interface SecurityGroupRule {
  /** `tcp`, `udp`, `icmp`, `icmpv6`, an IP protocol number, or `-1` for all. */
  readonly protocol: string
  /** Port, or ICMP type; absent or -1: all. */
  readonly fromPort?: number
  /** Port, or ICMP code; absent or -1: all. */
  readonly toPort?: number
  /** Who the peer is: an IPv4 range, or the members of another group. */
  readonly peer: { readonly cidr: string } | { readonly groupId: string }
}

/** A network interface: its place, its addresses and what it is attached to. */
export interface NetworkInterface {
  readonly id: string
  readonly subnetId: string
  readonly vpcId: string
  readonly description: string
  readonly status: 'available' | 'in-use'
  readonly macAddress: string
  readonly privateAddress: string
  /** All its private addresses, the primary one first. */
  readonly privateAddresses: readonly string[]
  readonly publicAddress?: string
  readonly groupIds: readonly string[]
  /** False: packets with any source address pass (EC2's "source/dest check"). */
  readonly sourceDestCheck: boolean
  readonly attachment?: { readonly id: string; readonly instanceId: string; readonly deviceIndex: number }
  readonly tags: Readonly<Record<string, string>>
}

/** The states of an instance.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

/** An instance with all that its machine and its metadata need. A terminated one has empty `subnetId`, `vpcId` and `privateAddress`. */
export interface Instance {
  readonly id: string
  readonly state: InstanceState
  readonly imageId: string
  readonly instanceType: string
  readonly architecture: string
  /** ISO 8601, UTC. */
  readonly launchedAt: string
  readonly reservationId: string
  readonly launchIndex: number
  /** Of its root volume. */
  readonly volumeGiB: number
  readonly vpcId: string
  readonly subnetId: string
  readonly availabilityZone: string
  /** The zone by the name that is the same in every account: `euw1-az1`. */
  readonly availabilityZoneId?: string
  readonly privateAddress: string
  readonly publicAddress?: string
  readonly privateDnsName: string
  readonly publicDnsName?: string
  /** Groups of its primary network interface. */
  readonly groupIds: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly keyName?: string
  /** OpenSSH public key of `keyName`. */
  readonly publicKey?: string
  /** Base64, as the API keeps it. */
  readonly userData?: string
  /** ARN and id of its instance profile, and the name of the profile's role. */
  readonly instanceProfileArn?: string
  readonly instanceProfileId?: string
  readonly roleName?: string
  /** How often RebootInstances was called for it; absent: never. */
  readonly reboots?: number
  /** Of its type. */
  readonly hypervisor?: 'nitro' | 'xen'
  /** Where its image has the root volume: `/dev/xvda`. */
  readonly rootDevice?: string
  /** What its auto scaling group wants it to be; absent for who is no member. */
  readonly targetLifecycleState?: 'InService' | 'Standby' | 'Terminated' | 'Detached'
  readonly metadata: MetadataOptions
}

/** What of an instance a testbed is known by. */
export type LabInstance = Pick<Instance, 'id' | 'state' | 'vpcId' | 'privateAddress' | 'publicAddress' | 'launchedAt' | 'tags'>

/** How an instance may read its metadata.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html */
export interface MetadataOptions {
  readonly httpTokens: 'optional' | 'required'
  readonly httpEndpoint: 'enabled' | 'disabled'
  /** IP hops that an answer may travel, 1 to 64. */
  readonly hopLimit: number
  readonly instanceTags: boolean
}

/** An elastic address and what it is associated with. */
export interface ElasticAddress {
  readonly allocationId: string
  readonly publicAddress: string
  readonly networkInterfaceId?: string
  readonly instanceId?: string
  readonly privateAddress?: string
}
