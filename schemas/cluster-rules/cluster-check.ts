import type { Cluster } from '../cluster.ts'
import type { Flaw } from '../flaw.ts'

/** Something wrong in the meaning of a cluster. */
export interface ClusterFlaw extends Flaw {
  /** The other values that the rule has read, as paths: it says nothing when one of them cannot be used, or its own. */
  readonly needs?: readonly (readonly string[])[]
}

/** One rule about the meaning of a cluster. It gets a cluster in which whatever does not fit the schema has its default, or is null where
 *  there is none. */
export type ClusterCheck = (cluster: Cluster) => readonly ClusterFlaw[]
