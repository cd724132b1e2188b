import type { EvidenceOffer } from './evidence.ts'

/** What a host is for, in one table: from it follow the keys of cluster.yaml, the machine, its first boot, what Terraform
 *  makes and tells, and the names that scenarios and commands take. */
export interface HostRole<Peer extends string = string> {
  /** A sentence for the reference, which also completes `machines:` in an editor. */
  readonly description: string
  /** The EC2 instance type where cluster.yaml names none. */
  readonly instanceType: string
  /** Behind the Internet gateway, with a public address, or behind NAT. */
  readonly subnet: 'public' | 'private'
  /** Who reaches it: see `stack/security-groups.ts`. */
  readonly securityGroup: 'bastion' | 'main'
  /** It gets the container engine's rights in the lab, and carries the tag that says so. */
  readonly runsContainers: boolean
  /** The Debian packages that it installs from the log bucket, by name. */
  readonly packages: readonly string[]
  /** What it is asked when a scenario has failed. */
  readonly evidence?: EvidenceOffer
  /** It loads the container images of the stand-ins from the log bucket. */
  readonly loadsImages?: true
  /** Its first boot in bash, behind the shared functions: from `begin` to `ready`. Absent: the file `stack/user-data/<name>.sh`. */
  readonly firstBoot?: string
  /** What its first boot finds in shell variables, besides the login user and, where it installs packages, where these are. */
  readonly values: (facts: HostFacts<Peer>) => Readonly<Record<string, string>>
}

/** A host that exists once. */
export interface MachineRole<Peer extends string = string> extends HostRole<Peer> {
  /** The number of its address in its subnet, which so is known before anything exists: 10 is `30.0.100.10`. AWS keeps the first four and
   *  the last; the smallest private subnet has 64 addresses, the smallest public one 16. */
  readonly hostNumber: number
}

/** What is known of a testbed before it exists. */
export interface HostFacts<Peer extends string = string> {
  /** The AWS account number, twelve digits. */
  readonly account: string
  /** The private addresses of the machines that exist once. */
  readonly addresses: Readonly<Record<Peer, string>>
  /** The name of the agents' Auto Scaling group. */
  readonly agentGroup: string
  /** Whose agent it is: see `titus.agent` of cluster.yaml. */
  readonly agentKind: string
  /** What an agent offers, in the notation of `MESOS_RESOURCES`. */
  readonly agentResources: string
  /** How Titus calls what an agent has of network interfaces: `ResourceSet-ENIs-1-10`. */
  readonly resourceSet: string
}
