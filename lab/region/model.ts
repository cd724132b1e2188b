/** The region as its control plane describes it: what the reconciler, the packet filter, the resolver and the metadata service read. */
export interface RegionState {
  readonly region: string
  readonly account: string
  readonly vpcs: readonly Vpc[]
  readonly subnets: readonly Subnet[]
  readonly securityGroups: readonly SecurityGroup[]
  readonly networkInterfaces: readonly NetworkInterface[]
  readonly instances: readonly Instance[]
}

export interface Vpc {
  readonly id: string
  readonly cidr: string
}

export interface Subnet {
  readonly id: string
  readonly vpcId: string
  readonly cidr: string
  readonly availabilityZone: string
  /** Its route table sends 0.0.0.0/0 to an internet gateway. */
  readonly isPublic: boolean
}

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

export interface NetworkInterface {
  readonly id: string
  readonly subnetId: string
  readonly vpcId: string
  readonly macAddress: string
  readonly privateAddress: string
  /** All its private addresses, the primary one first. */
  readonly privateAddresses: readonly string[]
  readonly publicAddress?: string
  readonly groupIds: readonly string[]
  /** False: packets with any source address pass (EC2's "source/dest check"). */
  readonly sourceDestCheck: boolean
  readonly attachment?: { readonly id: string; readonly instanceId: string; readonly deviceIndex: number }
}

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

export interface Instance {
  readonly id: string
  readonly state: InstanceState
  readonly imageId: string
  readonly instanceType: string
  readonly launchedAt: string
  readonly reservationId: string
  readonly launchIndex: number
  readonly vpcId: string
  readonly subnetId: string
  readonly availabilityZone: string
  readonly privateAddress: string
  readonly publicAddress?: string
  readonly groupIds: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly keyName?: string
  /** OpenSSH public key of `keyName`. */
  readonly publicKey?: string
  /** Base64, as the API keeps it. */
  readonly userData?: string
  /** ARN of its instance profile, and the name of the profile's role. */
  readonly instanceProfileArn?: string
  readonly roleName?: string
  readonly metadata: {
    readonly httpTokens: 'optional' | 'required'
    readonly httpEndpoint: 'enabled' | 'disabled'
    readonly hopLimit: number
    readonly instanceTags: boolean
  }
}
