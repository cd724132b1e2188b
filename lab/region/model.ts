/** What the API says there is, at one moment: everything that the lab builds machines, links and rules from.
 *  Made by `readRegion`; ids are AWS ids, addresses are IPv4 in dotted form, times are milliseconds since the epoch. */
export interface RegionState {
  readonly region: string
  readonly account: string
  readonly vpcs: readonly Vpc[]
  readonly subnets: readonly Subnet[]
  readonly securityGroups: readonly SecurityGroup[]
  /** Every instance that the API still shows; a terminated one stays for a while, without network interfaces. */
  readonly instances: readonly Instance[]
  /** Attached and unattached alike. */
  readonly networkInterfaces: readonly NetworkInterface[]
  readonly elasticAddresses: readonly ElasticAddress[]
}

/** A VPC. `cidrBlocks` has the first block first; the resolver is at its base address plus two. */
export interface Vpc {
  readonly id: string
  readonly cidrBlocks: readonly string[]
  readonly isDefault: boolean
  readonly tags: Tags
}

/** A subnet. The router is at its base address plus one. */
export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly cidrBlock: string
  readonly availabilityZone: string
  readonly tags: Tags
}

/** A security group: stateful, everything that no rule allows is dropped. */
export interface SecurityGroup {
  readonly id: string
  readonly vpcId: string
  readonly name: string
  readonly ingress: readonly SecurityGroupRule[]
  readonly egress: readonly SecurityGroupRule[]
  readonly tags: Tags
}

/** One rule: a protocol with its ports, and one kind of peer: blocks or groups (either list may be empty, not both).
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html */
export interface SecurityGroupRule {
  /** `-1` is every protocol; else `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number as text. */
  readonly protocol: string
  /** tcp and udp: the first and last port. icmp: the type (`fromPort`) and code (`toPort`), -1 for all. Absent for protocol -1. */
  readonly fromPort?: number
  readonly toPort?: number
  readonly cidrs: readonly string[]
  readonly ipv6Cidrs: readonly string[]
  /** Ids of the groups whose members are meant. */
  readonly groups: readonly string[]
}

/** The states of an instance.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

/** An instance with all that its machine and its metadata need. */
export interface Instance {
  readonly id: string
  readonly reservationId: string
  readonly launchIndex: number
  readonly imageId: string
  readonly instanceType: string
  readonly architecture: string
  readonly state: InstanceState
  readonly launchTimeMs: number
  readonly availabilityZone: string
  /** The primary network interface's place; absent once the instance is terminated. */
  readonly vpcId?: string
  readonly subnetId?: string
  readonly privateIp?: string
  readonly publicIp?: string
  readonly privateDnsName?: string
  readonly publicDnsName?: string
  /** `material` is one line as in `authorized_keys`. */
  readonly key?: { readonly name: string; readonly material: string }
  readonly profile?: InstanceProfile
  /** As given to RunInstances or by the launch template: base64. */
  readonly userData?: string
  readonly metadata: MetadataOptions
  readonly tags: Tags
}

/** The instance profile of an instance. `role` is absent when the profile holds none. */
export interface InstanceProfile {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly role?: { readonly name: string; readonly arn: string }
}

/** How an instance may read its metadata.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html */
export interface MetadataOptions {
  readonly httpEndpoint: 'enabled' | 'disabled'
  readonly httpTokens: 'optional' | 'required'
  /** IP hops that an answer may travel, 1 to 64. */
  readonly hopLimit: number
  readonly instanceTags: boolean
}

/** A network interface. `privateIps` has the primary address first. */
export interface NetworkInterface {
  readonly id: string
  readonly mac: string
  readonly subnetId: string
  readonly vpcId: string
  readonly description: string
  readonly status: 'available' | 'in-use'
  readonly privateIps: readonly [string, ...string[]]
  readonly publicIp?: string
  /** Ids of its security groups. */
  readonly groups: readonly string[]
  readonly sourceDestCheck: boolean
  readonly attachment?: Attachment
  readonly tags: Tags
}

/** What ties a network interface to an instance; device 0 is the primary one. */
export interface Attachment {
  readonly id: string
  readonly instanceId: string
  readonly deviceIndex: number
  readonly deleteOnTermination: boolean
}

/** An elastic address and what it is associated with. */
export interface ElasticAddress {
  readonly allocationId: string
  readonly publicIp: string
  readonly networkInterfaceId?: string
  readonly instanceId?: string
  readonly privateIp?: string
}

/** Tags by key; `aws:` keys included. */
export type Tags = Readonly<Record<string, string>>
