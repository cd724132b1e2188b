import type { MachineName } from './roles/index.ts'

/** Cluster.yaml, validated, its defaults filled in, immutable. See design §4 for the keys; the schema describes each. */
export interface Cluster {
  readonly name: string
  readonly target: 'lab' | 'aws'
  readonly region: string
  /** The availability zone of everything; chosen where none is written. */
  readonly zone?: string
  /** One of the names of `images.ts`, or an image of the user's own. */
  readonly image: string | OwnImage
  readonly lab: { readonly image: 'quick' | 'stock' }
  readonly access: {
    readonly publicKey?: string
    readonly trustedCidr: string
    readonly metadata: { readonly tokens: 'required' | 'optional' }
  }
  readonly network: { readonly cidr: string; readonly public: string; readonly private: string }
  readonly machines: Readonly<Record<MachineName, { readonly instanceType: string }>>
  readonly agents: {
    readonly name: string
    readonly instanceType: string
    readonly capacity: { readonly min: number; readonly desired: number; readonly max: number }
    readonly volumeGiB: number
  }
  readonly roles: Readonly<Record<string, Role>>
  readonly logBucket: string
  readonly titus: { readonly version: string; readonly agent: 'stand-in' | 'netflix'; readonly packages: 'lab' | PackageSource }
  readonly matrix: Readonly<Record<string, readonly string[]>>
}

/** The processor architectures, as EC2 calls them. */
export type Architecture = 'x86_64' | 'arm64'

/** A machine image of the user's own: `id`, or `owner` and `name` (`*` for what differs from build to build). */
export interface OwnImage {
  readonly id?: string
  readonly owner?: string
  readonly name?: string
  /** The account that log-ins go to. */
  readonly user: string
  /** `x86_64` where none is named. */
  readonly architecture?: Architecture
}

/** Actions on some resources alone. */
export interface Permission {
  readonly actions: readonly string[]
  /** ARNs, with `*` and `?` as IAM has them. */
  readonly resources: readonly string[]
}

/** An IAM role: `allow` lists actions, on everything, and actions on some resources; `service` or `assumedBy` (the key of another role) says who may take it. */
export interface Role {
  readonly service?: 'ec2'
  readonly allow: readonly (string | Permission)[]
  readonly assumedBy?: string
}

/** The user's own .deb files: a folder or an https URL, and the sha256 of every package file in it. */
export interface PackageSource {
  /** A folder or an https address of the files in `sha256`; absent: they come from `apt`. */
  readonly from?: string
  readonly sha256?: Readonly<Record<string, string>>
  readonly apt?: AptRepository
  /** Package names by the role that installs them; a role without a list installs its usual packages. */
  readonly master?: readonly string[]
  readonly gateway?: readonly string[]
  readonly agents?: readonly string[]
}

/** An apt repository, in the words of sources.list(5). */
export interface AptRepository {
  readonly url: string
  readonly suite: string
  readonly components?: readonly string[]
  /** The file of the key that signs it. */
  readonly key: string
}
