import type { MesosTaskState, TaskInfo } from '../../protocol/mesos-protocol.ts'
import type { ContainerState } from '../docker/container.ts'

/** How a task ended, in the words of titus-executor. */
export interface Ending {
  readonly state: MesosTaskState
  readonly message: string
}

/** A task that cannot be run here nor anywhere (`TASK_FAILED`), told in the executor's words. */
export class TaskRefusedError extends Error {
  override readonly name = 'TaskRefusedError'
}

/** The bytes of a MiB, which Titus calls MB. */
export const bytesOfMiB = 1_048_576

/** Why the agent ends a task that has written too much, beginning as the executor tells of memory. */
export function describeExcess({ taskId, diskMB }: TaskInfo, usedBytes: number): string {
  return `${taskId} exited due to disk usage: ${Math.ceil(usedBytes / bytesOfMiB)} MB written, diskMB is ${diskMB}`
}

/**
 * What a container's end means for its task. A number above 128 is a signal: a container tells both in one number.
 * @param failure  why the agent has ended it, if it has
 */
export function describeEnding(taskId: string, state: ContainerState, wasKilled: boolean, failure?: string): Ending {
  if (wasKilled) return { state: 'TASK_KILLED', message: 'killed' }
  if (failure !== undefined) return { state: 'TASK_FAILED', message: failure }
  if (state.OOMKilled) return { state: 'TASK_FAILED', message: `${taskId} exited due to OOMKilled` }
  if (state.Error !== '') return { state: 'TASK_FAILED', message: state.Error }
  if (state.ExitCode === 0) return { state: 'TASK_FINISHED', message: 'finished' }
  const signal = state.ExitCode - 128
  if (signal > 0 && signal <= 64) return { state: 'TASK_FAILED', message: `killed with signal ${signal}` }
  return { state: 'TASK_FAILED', message: `exited with code ${state.ExitCode}` }
}

/** What an error before the start means: the job's own fault fails the task, everything else loses it (Titus tries again). */
export function describeStartFailure(error: unknown, wasKilled: boolean): Ending {
  const message = error instanceof Error ? error.message : String(error)
  if (wasKilled) return { state: 'TASK_KILLED', message: 'killed' }
  return { state: error instanceof TaskRefusedError ? 'TASK_FAILED' : 'TASK_LOST', message }
}
