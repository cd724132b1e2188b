/** A connection that passes all the same: TCP to the SSH port of a machine, from another one or, without `from`, from the internet. */
export interface SshWay {
  readonly from?: string
  readonly to: string
}

/** A machine is cut off from others. */
export interface Isolation {
  /** The ids of the machines that it is cut off from; absent: from everything but DNS and its metadata, which security groups do not judge either. */
  readonly from?: readonly string[]
  /** How titus-bed gets to it, and through it to others. */
  readonly ways: readonly SshWay[]
}

/** What a machine sends is held up. Each may be absent. */
export interface Slowness {
  readonly delayMs?: number
  /** By how much the delay varies, either way. Needs a delay. */
  readonly jitterMs?: number
  /** The share of packets that get lost, in hundredths of a percent. */
  readonly lossBasisPoints?: number
  readonly bitsPerSecond?: number
}

/** What is broken of a machine's network. */
export interface MachineFaults {
  readonly isolation?: Isolation
  readonly slowness?: Slowness
}

/** What is broken, by the ids of machines. */
export type RegionFaults = ReadonlyMap<string, MachineFaults>
