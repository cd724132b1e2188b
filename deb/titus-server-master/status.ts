import type { Job, JobState, Status, TaskState } from '../protocol/model/job.ts'
import type { TaskRecord } from './state.ts'

/** A reason: its code and what is added after `Changed state to X on T.` */
export interface Reason {
  readonly code: string
  readonly text: string
}

/** Reason codes after which a retry does not count against the user's retries. */
const systemErrors: readonly string[] = ['stuckInState', 'crashed', 'transientSystemError', 'localSystemError', 'unknownSystemError']

/** Whether a task that finished for this reason was ended by the system. */
export function isSystemError(reasonCode: string): boolean {
  return systemErrors.includes(reasonCode)
}

/** A status with the message form of Titus. */
export function status<State extends string>(state: State, reason: Reason, now: number): Status<State> {
  const changed = `Changed state to ${state} on ${new Date(now).toISOString()}.`
  return { state, reasonCode: reason.code, reasonMessage: reason.text === '' ? changed : `${changed} ${reason.text}`, timestamp: now }
}

/** The job in a new state; the old status goes to the end of the history. */
export function changeJob(job: Job, state: JobState, reason: Reason, now: number): Job {
  return { ...job, status: status(state, reason, now), statusHistory: [...job.statusHistory, job.status] }
}

/** The task in a new state (or in the same with a new reason). The stuck timer starts again only when the state changes. */
export function changeTask(task: TaskRecord, state: TaskState, reason: Reason, now: number): TaskRecord {
  return {
    ...task,
    status: status(state, reason, now),
    statusHistory: [...task.statusHistory, task.status],
    ...(task.status.state === state ? {} : { stageSince: now }),
  }
}

/** Every status that the task has had, oldest first. */
export function statusesOf(task: TaskRecord): readonly Status<TaskState>[] {
  return [...task.statusHistory, task.status]
}
