import type { Cluster } from '../../schemas/cluster.ts'
import { machineNames } from '../../schemas/roles/index.ts'

/** An instance type that a cluster asks for. */
export interface WantedType {
  /** Where in cluster.yaml it stands. */
  readonly path: readonly string[]
  /** Such as `m4.large`. */
  readonly type: string
  /** How many machines of it start at once. */
  readonly count: number
}

/** What a cluster asks for, in the order of its file: one of each machine, and as many agents as are desired. */
export function wantedTypes({ machines, agents }: Pick<Cluster, 'machines' | 'agents'>): readonly WantedType[] {
  const single = machineNames.map((name) => ({
    path: ['machines', name, 'instanceType'],
    type: machines[name].instanceType,
    count: 1,
  }))
  return [...single, { path: ['agents', 'instanceType'], type: agents.instanceType, count: agents.capacity.desired }]
}
