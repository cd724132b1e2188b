import type { StringMap } from '../protocol/model/job.ts'

/** What a constraint looks at. */
export interface Neighbourhood {
  readonly zone: string
  readonly jobId: string
  /** The jobs of the tasks on the agent. */
  readonly jobsOnAgent: readonly string[]
  /** Jobs on the agent that insist on having it for themselves. */
  readonly exclusiveJobsOnAgent: readonly string[]
  /** How many tasks of the job run in each zone. */
  readonly tasksByZone: Readonly<Record<string, number>>
}

const expectedZones = 3

const constraints: Readonly<Record<string, (place: Neighbourhood) => boolean>> = {
  uniquehost: ({ jobsOnAgent, jobId }) => !jobsOnAgent.includes(jobId),
  exclusivehost: ({ jobsOnAgent, jobId }) => jobsOnAgent.every((other) => other === jobId),
  zonebalance: isBalanced,
}

/** The names of the constraints that have an effect: only the value `true`, to the letter, counts. */
export function effectiveConstraints(given: StringMap): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => (value === 'true' ? [name.toLowerCase()] : []))
}

/** Whether all the named constraints hold, and nobody on the agent has it exclusively. */
export function satisfies(names: readonly string[], place: Neighbourhood): boolean {
  return countSatisfied(names, place) === names.length && place.exclusiveJobsOnAgent.every((job) => job === place.jobId)
}

/** How many of the named constraints hold. */
export function countSatisfied(names: readonly string[], place: Neighbourhood): number {
  return names.filter((name) => constraints[name]?.(place) ?? true).length
}

/** A zone may take a task when it has no more of them than the emptiest. The evaluator expects three zones: those not seen count as empty. */
function isBalanced({ tasksByZone, zone }: Neighbourhood): boolean {
  const counts = Object.values(tasksByZone).filter((count) => count > 0)
  const least = counts.length < expectedZones ? 0 : Math.min(...counts)
  return (tasksByZone[zone] ?? 0) <= least
}
