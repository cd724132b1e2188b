import { isTerminalState } from '../../protocol/mesos-protocol.ts'
import type { RegisteredTask, TaskInfo } from '../../protocol/mesos-protocol.ts'
import type { TaskUpdate } from '../executor/messages.ts'

/** What the agent knows of its tasks, and what of it the master has yet to hear. Plain bookkeeping: no I/O. */
export interface TaskLedger {
  /** The task was handed to the executor. */
  accept(task: TaskInfo): void
  /** The executor was restarted: these are the tasks that it found running. */
  replace(tasks: readonly RegisteredTask[]): void
  note(update: TaskUpdate): void
  /** The oldest update that the master has not answered, or undefined. */
  pending(): TaskUpdate | undefined
  /** The master has answered it. */
  settle(update: TaskUpdate): void
  /** Tasks that are alive, for a registration. */
  alive(): readonly RegisteredTask[]
  has(taskId: string): boolean
}

/** Makes an empty ledger. */
export function createTaskLedger(): TaskLedger {
  const tasks = new Map<string, RegisteredTask>()
  const queue: TaskUpdate[] = []

  function note(update: TaskUpdate): void {
    const known = tasks.get(update.taskId)
    const { taskId, state, message, data } = update
    queue.push(update)
    if (isTerminalState(state)) tasks.delete(taskId)
    else tasks.set(taskId, { ...known, taskId, state, message, ...(data === undefined ? {} : { data }) })
  }

  return {
    accept: (task) => void tasks.set(task.taskId, { taskId: task.taskId, state: 'TASK_STAGING', task }),
    replace: (found) => {
      const ids = new Set(found.map((task) => task.taskId))
      for (const taskId of tasks.keys()) if (!ids.has(taskId)) note({ taskId, state: 'TASK_LOST', message: 'Executor terminated' })
      for (const task of found) tasks.set(task.taskId, { ...tasks.get(task.taskId), ...task })
    },
    note,
    pending: () => queue[0],
    settle: (update) => {
      const index = queue.indexOf(update)
      if (index >= 0) queue.splice(index, 1)
    },
    alive: () => [...tasks.values()],
    has: (taskId) => tasks.has(taskId),
  }
}
