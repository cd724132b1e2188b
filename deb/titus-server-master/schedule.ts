import type { AgentOffer } from '../protocol/mesos-protocol.ts'
import type { InstanceGroup } from '../protocol/model/agent.ts'
import type { Job } from '../protocol/model/job.ts'
import { groupOf, instanceOf } from './discovery.ts'
import { assignInterface, interfaceSetOf, securityGroupKey } from './network-interfaces.ts'
import { countSatisfied, effectiveConstraints, satisfies } from './placement-constraints.ts'
import type { Neighbourhood } from './placement-constraints.ts'
import { withTasks } from './state.ts'
import type { Effect, MasterContext, MasterState, Placement, Step, TaskRecord } from './state.ts'
import { changeTask } from './status.ts'
import { tasksOf, tasksOn } from './task-index.ts'

interface Candidate extends Placement {
  /** Higher is better, compared from the left. */
  readonly fitness: readonly number[]
}

/** Places every waiting task for which there is an agent, oldest first. Only agents of Active and PhasedOut groups of the right tier
 *  take tasks: before a group is activated nothing is scheduled, as Titus documents it. */
export function schedule(state: MasterState, context: MasterContext): Step {
  const effects: Effect[] = []
  let current = state
  for (const task of Object.values(state.tasks)) {
    const job = current.jobs[task.jobId]
    if (task.status.state !== 'Accepted' || job === undefined) continue
    const placement = place(current, job)
    if (placement === undefined) continue
    const launched = changeTask(task, 'Launched', { code: 'scheduled', text: 'Fenzo task placement' }, context.now)
    current = withTasks(current, [{ ...launched, placement }])
    effects.push({ type: 'launch', taskId: task.id })
  }
  return { state: current, effects }
}

/** Finds the best agent and interface for one more task of the job; undefined when no agent can take it. */
function place(state: MasterState, job: Job): Placement | undefined {
  const candidates = Object.values(state.offers ?? {}).flatMap((offer) => evaluate(state, job, offer))
  const [best] = candidates.sort((left, right) => compare(right.fitness, left.fitness))
  return best === undefined ? undefined : { agent: best.agent, eniIndex: best.eniIndex }
}

function evaluate(state: MasterState, job: Job, offer: AgentOffer): readonly Candidate[] {
  const group = state.groups[groupOf(offer)]
  if (group === undefined || !isOpen(group, state, offer)) return []
  const tasks = tasksOn(state, offer.agentId)
  if (tasks.some(isLaunching) || !fits(state, tasks, job, offer)) return []
  const neighbourhood = neighbourhoodOf(state, job, offer, tasks)
  const { softConstraints, hardConstraints, securityProfile } = job.jobDescriptor.container
  if (!satisfies(effectiveConstraints(hardConstraints.constraints), neighbourhood)) return []
  const inUse = tasks.map((task) => ({ task, key: keyOf(state, task) }))
  const eniIndex = assignInterface(interfaceSetOf(offer), inUse, securityGroupKey(securityProfile.securityGroups))
  if (eniIndex === undefined) return []
  const soft = countSatisfied(effectiveConstraints(softConstraints.constraints), neighbourhood)
  // Of agents that are equal the fuller one is chosen: Titus packs.
  return [{ agent: offer, eniIndex, fitness: [soft, group.lifecycleStatus.state === 'Active' ? 1 : 0, tasks.length] }]
}

/** DEFAULT and every capacity group that nobody has defined are of the tier Flex. */
function isOpen(group: InstanceGroup, state: MasterState, offer: AgentOffer): boolean {
  const { state: lifecycle } = group.lifecycleStatus
  const quarantined = state.instances[instanceOf(offer)]?.overrideStatus.state === 'Quarantined'
  return (lifecycle === 'Active' || lifecycle === 'PhasedOut') && group.tier === 'Flex' && !quarantined
}

function fits(state: MasterState, tasks: readonly TaskRecord[], job: Job, offer: AgentOffer): boolean {
  const all = [...tasks.flatMap((task) => state.jobs[task.jobId] ?? []), job].map((each) => each.jobDescriptor.container.resources)
  const sum = (name: 'cpu' | 'memoryMB' | 'diskMB' | 'networkMbps'): number => all.reduce((total, each) => total + each[name], 0)
  const { cpus, mem, disk, network } = offer.resources
  const noGpu = job.jobDescriptor.container.resources.gpu === 0
  return noGpu && sum('cpu') <= cpus && sum('memoryMB') <= mem && sum('diskMB') <= disk && sum('networkMbps') <= network
}

function neighbourhoodOf(state: MasterState, job: Job, offer: AgentOffer, tasks: readonly TaskRecord[]): Neighbourhood {
  const tasksByZone: Record<string, number> = {}
  for (const { placement, status } of tasksOf(state, job.id)) {
    if (placement === undefined || status.state === 'Finished') continue
    const zone = placement.agent.attributes['zone'] ?? ''
    tasksByZone[zone] = (tasksByZone[zone] ?? 0) + 1
  }
  const isExclusive = (id: string): boolean =>
    effectiveConstraints(state.jobs[id]?.jobDescriptor.container.hardConstraints.constraints ?? {}).includes('exclusivehost')
  const jobsOnAgent = tasks.map((task) => task.jobId)
  return {
    zone: offer.attributes['zone'] ?? '',
    jobId: job.id,
    jobsOnAgent,
    exclusiveJobsOnAgent: jobsOnAgent.filter(isExclusive),
    tasksByZone,
  }
}

function isLaunching(task: TaskRecord): boolean {
  return task.status.state === 'Launched' || task.status.state === 'StartInitiated'
}

function keyOf(state: MasterState, task: TaskRecord): string {
  return securityGroupKey(state.jobs[task.jobId]?.jobDescriptor.container.securityProfile.securityGroups ?? [])
}

function compare(left: readonly number[], right: readonly number[]): number {
  const differing = left.findIndex((value, index) => value !== right[index])
  return differing < 0 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0)
}
