import type { Job, RetryPolicy } from '../protocol/model/job.ts'
import type { TaskRecord } from './state.ts'
import { statusesOf } from './status.ts'

const floorMs = 1000
const healthyMs = 300_000
/** More would leave the range of numbers, and 0 times infinity is no delay at all. */
const maxDoublings = 60

/** The retry policy of a job of either type. */
function retryPolicyOf(job: Job): RetryPolicy {
  return (job.jobDescriptor.batch ?? job.jobDescriptor.service ?? { retryPolicy: { immediate: { retries: 0 } } }).retryPolicy
}

/** Whether a finished task of a job that is not terminating gets a successor. A batch task that ended well does not, nor one whose
 *  user retries are used up (what the system broke is not counted); a service task does unless it was scaled down. */
export function isRetried(task: TaskRecord, job: Job): boolean {
  if (task.status.state !== 'Finished' || job.status.state !== 'Accepted') return false
  if (job.jobDescriptor.service !== undefined) return !wasScaledDown(task)
  if (task.status.reasonCode === 'normal') return false
  const policy = retryPolicyOf(job)
  const allowed = Object.values(policy as Record<string, { readonly retries: number }>)[0]?.retries ?? 0
  return task.resubmitNumber - task.systemResubmitNumber < allowed
}

/** Whether the task was killed because the job needs fewer tasks. */
export function wasScaledDown(task: TaskRecord): boolean {
  return statusesOf(task).some(({ reasonCode }) => reasonCode === 'scaledDown')
}

/** Milliseconds between the end of a task and its successor: at least a second, nothing after a run of five minutes. */
export function retryDelayMs(task: TaskRecord, job: Job): number {
  if (startedMs(task) >= healthyMs) return 0
  return Math.max(floorMs, intervalMs(retryPolicyOf(job), task.backOffStep))
}

/** Milliseconds that the task spent in Started. */
function startedMs(task: TaskRecord): number {
  const statuses = statusesOf(task)
  const first = statuses.findIndex(({ state }) => state === 'Started')
  const [from, ...later] = first < 0 ? [] : statuses.slice(first)
  // The state Started may stand there more than once, since what an agent says of a running task is a status of its own.
  const to = later.find(({ state }) => state !== 'Started')
  return from === undefined || to === undefined ? 0 : to.timestamp - from.timestamp
}

function intervalMs(policy: RetryPolicy, step: number): number {
  if ('immediate' in policy) return 0
  if ('delayed' in policy) return policy.delayed.delayMs
  const { initialDelayMs, maxDelayIntervalMs } = policy.exponentialBackOff
  return Math.min(maxDelayIntervalMs, initialDelayMs * 2 ** Math.min(step, maxDoublings))
}
