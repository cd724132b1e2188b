import type { MesosTaskState, RegisteredTask, TaskDetails, TaskInfo } from '../../protocol/mesos-protocol.ts'

/** From mesos-agent to titus-executor: one JSON document a line on the executor's stdin. */
export type ExecutorCommand =
  { readonly type: 'RUN'; readonly task: TaskInfo } | { readonly type: 'KILL'; readonly taskId: string; readonly graceSec: number }

/** A task's new state. */
export interface TaskUpdate {
  readonly taskId: string
  readonly state: MesosTaskState
  readonly message: string
  readonly data?: TaskDetails
}

/** From titus-executor to mesos-agent: one JSON document a line on the executor's stdout. READY comes first, once, with the tasks it found running. */
export type ExecutorMessage =
  { readonly type: 'READY'; readonly tasks: readonly RegisteredTask[] } | ({ readonly type: 'UPDATE' } & TaskUpdate)

/** Cuts a stream of text into lines and calls `onLine` for each that is not empty. Returns the function to feed chunks to. */
export function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') onLine(line)
  }
}
