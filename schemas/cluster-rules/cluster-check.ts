import type { Cluster } from '../cluster.ts'
import type { Place, Problem } from '../problem.ts'

/** Where a key of the cluster stands in its file; where it is not written, the nearest key above it that is. */
export type PlaceOf = (path: readonly string[], what?: 'key' | 'value') => Place

/** One rule about the meaning of a cluster. It gets a cluster that fits the schema. */
export type ClusterCheck = (cluster: Cluster, placeOf: PlaceOf) => readonly Problem[]
