import type { Log } from '../process/log.ts'
import type { MasterState } from './state.ts'

/** Logs every job and every task whose status is not the one that it was. */
export function logChanges(before: MasterState, after: MasterState, log: Log): void {
  for (const job of Object.values(after.jobs)) {
    if (before.jobs[job.id]?.status === job.status) continue
    log('job', { id: job.id, application: job.jobDescriptor.applicationName, state: job.status.state, reason: job.status.reasonCode })
  }
  for (const task of Object.values(after.tasks)) {
    if (before.tasks[task.id]?.status === task.status) continue
    log('task', {
      id: task.id,
      job: task.jobId,
      state: task.status.state,
      reason: task.status.reasonCode,
      message: task.status.reasonMessage,
      agent: task.placement?.agent.hostname ?? '',
    })
  }
}
