import type { MasterState, TaskRecord } from './state.ts'

type Tasks = MasterState['tasks']

const byJob = createIndex((task) => task.jobId)
const byAgent = createIndex((task) => (task.status.state === 'Finished' ? undefined : task.placement?.agent.agentId))

/** The tasks of a job, oldest first. */
export function tasksOf({ tasks }: MasterState, jobId: string): readonly TaskRecord[] {
  return byJob(tasks, jobId)
}

/** The tasks that were placed on an agent and have not ended. */
export function tasksOn({ tasks }: MasterState, agentId: string): readonly TaskRecord[] {
  return byAgent(tasks, agentId)
}

// Every turn of the reconciler asks for the tasks of every job and every agent: one pass over all tasks serves them all, as a record
// of tasks never changes.
function createIndex(keyOf: (task: TaskRecord) => string | undefined): (tasks: Tasks, key: string) => readonly TaskRecord[] {
  const indexes = new WeakMap<Tasks, ReadonlyMap<string, readonly TaskRecord[]>>()
  return (tasks, key) => {
    const index = indexes.get(tasks) ?? groupTasks(tasks, keyOf)
    indexes.set(tasks, index)
    return index.get(key) ?? []
  }
}

function groupTasks(tasks: Tasks, keyOf: (task: TaskRecord) => string | undefined): ReadonlyMap<string, readonly TaskRecord[]> {
  const groups = new Map<string, TaskRecord[]>()
  for (const task of Object.values(tasks)) {
    const key = keyOf(task)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [task])
    else group.push(task)
  }
  return groups
}
