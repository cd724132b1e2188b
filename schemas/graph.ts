import type { Role } from './cluster.ts'

/** A testbed as it is drawn: what the stack makes, or what stands. All texts are as people read them; an id is good within its graph. */
export interface Graph {
  readonly name: string
  /** Where it is: `lab in eu-west-1`. */
  readonly place: string
  /** The block of addresses that the networks share; absent where it is not known. */
  readonly cidr?: string
  readonly networks: readonly GraphNetwork[]
  readonly groups: readonly SecurityGroupNode[]
  readonly machines: readonly MachineNode[]
  /** What may come in, and from where; what may go out to anywhere stands at its group. */
  readonly allowed: readonly Allowed[]
  readonly roles: readonly IamRoleNode[]
}

/** A subnet, or where nothing says which there are all machines together. */
export interface GraphNetwork {
  readonly id: string
  readonly name: string
  readonly cidr?: string
  readonly zone?: string
  /** Its machines have public addresses. */
  readonly isPublic: boolean
}

/** A security group. */
export interface SecurityGroupNode {
  readonly id: string
  readonly name: string
  readonly description: string
  /** What its machines may send: `everything to 0.0.0.0/0`. */
  readonly out: readonly string[]
}

/** A machine, or a group of machines that does not stand yet. */
export interface MachineNode {
  /** What `host:` of a step takes. */
  readonly name: string
  readonly network: string
  readonly groups: readonly string[]
  /** What else is known of it, a line each: type, address, state. */
  readonly facts: readonly string[]
  /** How it stands; absent before it does. */
  readonly state?: string
  /** The IAM role that it carries. */
  readonly role?: string
  /** Set for an Auto Scaling group: its name in AWS. */
  readonly autoScalingGroup?: string
}

/** An arrow: what of `from`, a security group or a block of addresses, may come in to a group. */
export interface Allowed {
  readonly from: { readonly group: string } | { readonly cidr: string }
  readonly to: string
  /** `tcp 22`, `icmp`. */
  readonly what: string
}

/** An IAM role. */
export interface IamRoleNode {
  readonly id: string
  readonly name: string
  /** Actions that it may call on everything, and on some resources: ARNs, and the ids of other roles. */
  readonly allow: Role['allow']
  /** Who may take it on: AWS services, and other roles by their names. */
  readonly assumedBy: readonly string[]
}
