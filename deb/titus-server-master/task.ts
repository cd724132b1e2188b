import type { Job, StringMap, Task } from '../protocol/model/job.ts'
import type { MasterContext, MasterSettings, TaskRecord } from './state.ts'
import { isSystemError, status } from './status.ts'

/** The first task for a place in a job. */
export function firstTask(job: Job, index: number | undefined, context: MasterContext): TaskRecord {
  const id = context.newId()
  return {
    id,
    jobId: job.id,
    ...(index === undefined ? {} : { index }),
    originalId: id,
    resubmitNumber: 0,
    systemResubmitNumber: 0,
    status: status('Accepted', { code: '', text: '' }, context.now),
    statusHistory: [],
    backOffStep: 0,
    stageSince: context.now,
    killAttempts: 0,
  }
}

/** The task that takes the place of one that finished: a new id, and the count of resubmits. */
export function replacementOf(old: TaskRecord, job: Job, context: MasterContext): TaskRecord {
  return {
    ...firstTask(job, old.index, context),
    originalId: old.originalId,
    resubmitOf: old.id,
    resubmitNumber: old.resubmitNumber + 1,
    systemResubmitNumber: old.systemResubmitNumber + (isSystemError(old.status.reasonCode) ? 1 : 0),
    backOffStep: old.retryDelayMs === 0 ? 0 : old.backOffStep + 1,
  }
}

/** The task as the API shows it. */
export function showTask(task: TaskRecord, job: Job, settings: MasterSettings): Task {
  return {
    id: task.id,
    jobId: task.jobId,
    taskContext: contextOf(task, settings),
    status: task.status,
    statusHistory: task.statusHistory,
    logLocation: { ui: {}, liveStream: {}, s3: {} },
    ...(job.jobDescriptor.service === undefined ? {} : { migrationDetails: { needsMigration: false, deadline: 0 } }),
  }
}

function contextOf(task: TaskRecord, settings: MasterSettings): StringMap {
  return {
    'titus.cell': settings.cellName,
    'titus.stack': settings.cellName,
    ...(task.index === undefined ? {} : { 'task.index': String(task.index) }),
    'task.originalId': task.originalId,
    ...(task.resubmitOf === undefined ? {} : { 'task.resubmitOf': task.resubmitOf }),
    'task.resubmitNumber': String(task.resubmitNumber),
    'task.systemResubmitNumber': String(task.systemResubmitNumber),
    ...(task.retryDelayMs === undefined ? {} : { 'task.retryDelay': String(task.retryDelayMs) }),
    ...placementContext(task),
    ...networkContext(task),
  }
}

function placementContext({ placement }: TaskRecord): StringMap {
  if (placement === undefined) return {}
  const { attributes, hostname } = placement.agent
  return {
    ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`agent.${name}`, value])),
    'agent.host': hostname,
    'agent.zone': attributes['zone'] ?? '',
    'agent.instanceId': attributes['id'] ?? '',
    'task.networkInterfaceIndex': String(placement.eniIndex),
  }
}

function networkContext({ details }: TaskRecord): StringMap {
  if (details === undefined) return {}
  return {
    'task.containerIp': details.NetworkConfiguration.IPAddress,
    'task.networkInterfaceId': details.NetworkConfiguration.EniID,
  }
}
