import type { Job } from '../protocol/model/job.ts'
import { finishTask, initiateKill } from './finish.ts'
import type { Effect, MasterState, TaskRecord } from './state.ts'
import { changeTask } from './status.ts'

const launchedMs = 60_000
const startInitiatedMs = { batch: 720_000, service: 300_000 } as const
const killInitiatedMs = 600_000
const killAttempts = 2

/** Ends a task that has run too long or is stuck; undefined when there is nothing to do. */
export function applyTimeout(
  state: MasterState,
  task: TaskRecord,
  job: Job,
  now: number,
): { readonly task: TaskRecord; readonly effects: readonly Effect[] } | undefined {
  const elapsedMs = now - task.stageSince
  const kill: readonly Effect[] = [{ type: 'kill', taskId: task.id }]
  switch (task.status.state) {
    case 'Launched':
    case 'StartInitiated': {
      const limitMs = task.status.state === 'Launched' ? launchedMs : startInitiatedMs[job.jobDescriptor.batch ? 'batch' : 'service']
      if (elapsedMs < limitMs) return undefined
      const reason = { code: 'stuckInState', text: `Task stuck in ${task.status.state} state` }
      return { task: initiateKill(state, task, reason, now), effects: kill }
    }
    case 'Started': {
      const limitMs = (job.jobDescriptor.batch?.runtimeLimitSec ?? Infinity) * 1000
      if (elapsedMs < limitMs) return undefined
      const reason = { code: 'runtimeLimitExceeded', text: `Task running too long (runtimeLimit=${limitMs}ms)` }
      return { task: initiateKill(state, task, reason, now), effects: kill }
    }
    case 'KillInitiated': {
      if (elapsedMs < killInitiatedMs) return undefined
      if (task.killAttempts >= killAttempts) {
        const reason = { code: 'stuckInKillingState', text: 'stuck in KillInitiatedstate' }
        return { task: finishTask(state, task, reason, now), effects: [] }
      }
      const attempts = task.killAttempts + 1
      const again = changeTask(task, 'KillInitiated', { code: 'stuckInKillingState', text: `Another kill attempt (${attempts})` }, now)
      return { task: { ...again, killAttempts: attempts, stageSince: now }, effects: kill }
    }
    case 'Accepted':
    case 'Finished':
      return undefined
  }
}
