import type { Capacity, Job, JobDescriptor, JobProcesses, ServiceSpec } from '../protocol/model/job.ts'
import { initiateKill } from './finish.ts'
import { CallRefused } from '../protocol/master-rpc.ts'
import { lookUp, withJob, withTasks } from './state.ts'
import type { MasterContext, MasterState, Step, TaskRecord } from './state.ts'
import { changeJob, status } from './status.ts'

const activeJobLimit = 12_000

/** Takes in a job. Throws CallRefused RESOURCE_EXHAUSTED for a group sequence in use and beyond 12000 jobs. */
export function createJob(state: MasterState, descriptor: JobDescriptor, context: MasterContext): { state: MasterState; id: string } {
  const active = Object.values(state.jobs).filter((job) => job.status.state !== 'Finished')
  if (active.length >= activeJobLimit) {
    throw refused('RESOURCE_EXHAUSTED', `Reached a limit of active jobs Titus can run (active=${active.length}, limit=${activeJobLimit})`)
  }
  const sequence = sequenceOf(descriptor)
  const holder = sequence === undefined ? undefined : active.find((job) => sequenceOf(job.jobDescriptor) === sequence)
  if (holder !== undefined) {
    throw refused('RESOURCE_EXHAUSTED', `Constraint violation - job with group sequence ${sequence} exists (${holder.id})`)
  }
  const { cellName } = context.settings
  const job: Job = {
    id: context.newId(),
    jobDescriptor: { ...descriptor, attributes: { ...descriptor.attributes, 'titus.cell': cellName, 'titus.stack': cellName } },
    status: status('Accepted', { code: '', text: '' }, context.now),
    statusHistory: [],
  }
  return { state: withJob(state, job), id: job.id }
}

/** Starts to end a job. Throws CallRefused: NOT_FOUND, FAILED_PRECONDITION when that has begun already. */
export function killJob(state: MasterState, id: string, { now }: MasterContext): MasterState {
  const job = activeJob(state, id)
  return withJob(state, changeJob(job, 'KillInitiated', { code: 'killed', text: 'External job termination request' }, now))
}

/** Kills a task; with `shrink` its service job shall have one task fewer. Throws CallRefused: NOT_FOUND, FAILED_PRECONDITION. */
export function killTask(state: MasterState, id: string, shrink: boolean, user: string, { now }: MasterContext): Step {
  const task = lookUp(state.tasks, id)
  const job = task === undefined ? undefined : state.jobs[task.jobId]
  if (task === undefined || job === undefined) throw refused('NOT_FOUND', `Task with id ${id} does not exist`)
  if (task.status.state === 'Finished') throw refused('FAILED_PRECONDITION', `Task ${id} is terminated`)
  if (task.status.state === 'KillInitiated') throw refused('FAILED_PRECONDITION', `Task ${id} is in the termination process`)
  const shrunk = shrink ? withJob(state, shrinkJob(job)) : state
  const reason = { code: shrink ? 'scaledDown' : 'killed', text: `User initiated task kill: ${user} (shrink=${shrink})` }
  const killed = initiateKill(shrunk, task, reason, now)
  return { state: withTasks(shrunk, [killed]), effects: effectsOf(killed) }
}

/** Replaces a service job's capacity. Throws CallRefused: NOT_FOUND, FAILED_PRECONDITION, INVALID_ARGUMENT when its job
 *  processes forbid the new desired count. */
export function updateCapacity(state: MasterState, id: string, capacity: Capacity): MasterState {
  const { job, service } = serviceJob(state, id)
  const { disableIncreaseDesired, disableDecreaseDesired } = service.serviceJobProcesses
  const change = capacity.desired - service.capacity.desired
  if ((change > 0 && disableIncreaseDesired) || (change < 0 && disableDecreaseDesired)) {
    throw refused(
      'INVALID_ARGUMENT',
      `Job ${id} can not be updated to desired capacity of ${capacity.desired}, ` +
        `disableIncreaseDesired ${disableIncreaseDesired}, disableDecreaseDesired ${disableDecreaseDesired}`,
    )
  }
  return withJob(state, withService(job, { ...service, capacity }))
}

/** Replaces what may not change a service job's desired count. Throws CallRefused: NOT_FOUND, FAILED_PRECONDITION. */
export function updateJobProcesses(state: MasterState, id: string, processes: JobProcesses): MasterState {
  const { job, service } = serviceJob(state, id)
  return withJob(state, withService(job, { ...service, serviceJobProcesses: processes }))
}

/** Sets `enabled`, which is kept and shown. Throws CallRefused: NOT_FOUND, FAILED_PRECONDITION. */
export function updateJobStatus(state: MasterState, id: string, enabled: boolean): MasterState {
  const { job, service } = serviceJob(state, id)
  return withJob(state, withService(job, { ...service, enabled }))
}

function shrinkJob(job: Job): Job {
  const { service } = job.jobDescriptor
  if (service === undefined) throw notService(job.id)
  const { min, max } = service.capacity
  const desired = Math.max(0, service.capacity.desired - 1)
  return withService(job, { ...service, capacity: { min: Math.min(min, desired), max, desired } })
}

function serviceJob(state: MasterState, id: string): { job: Job; service: ServiceSpec } {
  const job = activeJob(state, id)
  const { service } = job.jobDescriptor
  if (service === undefined) throw notService(id)
  return { job, service }
}

function activeJob(state: MasterState, id: string): Job {
  const job = lookUp(state.jobs, id)
  if (job === undefined) throw refused('NOT_FOUND', `Job with id ${id} does not exist`)
  if (job.status.state === 'Finished') throw refused('FAILED_PRECONDITION', `Job ${id} is terminated`)
  if (job.status.state === 'KillInitiated') throw refused('FAILED_PRECONDITION', `Job ${id} is in the termination process`)
  return job
}

function withService(job: Job, service: ServiceSpec): Job {
  return { ...job, jobDescriptor: { ...job.jobDescriptor, service } }
}

function effectsOf(task: TaskRecord): Step['effects'] {
  return task.placement === undefined ? [] : [{ type: 'kill', taskId: task.id }]
}

function notService(id: string): CallRefused {
  return refused('FAILED_PRECONDITION', `Operation restricted to service jobs, and ${id} is not the service job`)
}

function refused(code: CallRefused['code'], text: string): CallRefused {
  return new CallRefused(code, `JobManagerException: ${text}`)
}

/** `app-stack-detail-sequence`, or undefined for a job without a sequence. */
function sequenceOf({ applicationName, jobGroupInfo }: JobDescriptor): string | undefined {
  const { stack, detail, sequence } = jobGroupInfo
  return sequence === '' ? undefined : [applicationName, stack, detail, sequence].join('-')
}
