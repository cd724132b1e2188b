import { isRetried, retryDelayMs } from './retry.ts'
import type { MasterState, TaskRecord } from './state.ts'
import { changeTask } from './status.ts'
import type { Reason } from './status.ts'

/** Ends a task: Finished for the given reason, with the delay of its successor when it will have one.
 *  Its place on the agent is free from here on. */
export function finishTask(state: MasterState, task: TaskRecord, reason: Reason, now: number): TaskRecord {
  const finished = changeTask(task, 'Finished', reason, now)
  const job = state.jobs[task.jobId]
  if (job === undefined || !isRetried(finished, job)) return finished
  return { ...finished, retryDelayMs: retryDelayMs(finished, job) }
}

/** Starts to end a task. One that runs nowhere is Finished at once; for the others Mesos has to be told. */
export function initiateKill(state: MasterState, task: TaskRecord, reason: Reason, now: number): TaskRecord {
  const killing = { ...changeTask(task, 'KillInitiated', reason, now), killAttempts: 1 }
  return task.placement === undefined ? finishTask(state, killing, reason, now) : killing
}

/** Whether nothing will change any more, or is about to end. */
export function isTerminating(task: TaskRecord): boolean {
  return task.status.state === 'KillInitiated' || task.status.state === 'Finished'
}
