/** What the rest of the product sees of a running lab. Plain data; it stands in the lab's state folder (`lab.json`, mode 0600). */
export interface LabConnection {
  /** The AWS API, on loopback: `http://127.0.0.1:PORT`. */
  readonly endpoint: string
  readonly region: string
  readonly account: string
  /** The lab's own admin: the only identity that IAM does not check. An AWS credentials file (mode 0600). */
  readonly credentialsFile: string
  /** This computer's address as the machines of the lab see it, for `trustedCidr: auto`. */
  readonly internetAddress: string
}

/** A machine of the lab, as its reconciler sees it. */
export interface LabMachine {
  readonly instanceId: string
  readonly name: string
  readonly address: string
  readonly publicAddress?: string
  /** `booting` until the user data has ended. */
  readonly state: 'booting' | 'running' | 'stopping' | 'stopped' | 'failed'
  readonly sinceMs: number
  /** What of a machine's limits this computer could not give it. */
  readonly warning?: string
}

/** What a long piece of work says while it goes on; the CLI shows it. */
export type Progress = (line: string) => void

/** A container image that the lab's registry serves under the names of Docker Hub, built from Debian packages and files. */
export interface ContainerImage {
  /** `alpine:latest`, `jplock/zookeeper:3.4.10`: every name and tag that it answers to. */
  readonly names: readonly string[]
  /** Where a Docker engine runs on this computer, the image of the first name is pulled instead. Only for images that have nothing in them which
   *  the public one has not. */
  readonly pull?: boolean
  /** Debian packages, resolved with their dependencies, each list one layer; a layer with the same list is shared between images. */
  readonly layers: readonly ImageLayer[]
  readonly config: {
    readonly Env?: readonly string[]
    readonly Entrypoint?: readonly string[]
    readonly Cmd?: readonly string[]
    readonly WorkingDir?: string
    readonly ExposedPorts?: Readonly<Record<string, Record<string, never>>>
    readonly Labels?: Readonly<Record<string, string>>
  }
}

/** One layer: the closure of `packages` (less what the layers below have), then `files`, then `links`. */
export interface ImageLayer {
  readonly packages?: readonly string[]
  /** Packages that stay out of the image, though others depend on them, with all that only they need. */
  readonly without?: readonly string[]
  /** Path in the image -> text, or a file of this computer to copy; `mode` is octal, 0644 unless given. */
  readonly files?: Readonly<Record<string, { readonly text?: string; readonly copyOf?: string; readonly mode?: number }>>
  readonly links?: Readonly<Record<string, string>>
  /** Paths (tar exclude patterns, relative to the root) that are left out of the packages. */
  readonly exclude?: readonly string[]
}
