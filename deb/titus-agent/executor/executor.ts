import { setTimeout as delay } from 'node:timers/promises'
import type { RegisteredTask, TaskInfo } from '../../protocol/mesos-protocol.ts'
import { inspectContainer, listContainers, listPids, listWrittenPaths, removeContainer, stopContainer } from '../docker/container.ts'
import { taskLabel } from '../task/container-spec.ts'
import { bytesOfMiB, describeEnding, describeExcess, describeStartFailure, TaskRefusedError } from '../task/ending.ts'
import type { Ending } from '../task/ending.ts'
import { logFolder, removeHostFiles, writtenFolders } from '../task/host-files.ts'
import { loadTaskRecords, removeRecord, writeRecord } from '../task/record.ts'
import type { TaskRecord } from '../task/record.ts'
import type { ExecutorCommand, TaskUpdate } from './messages.ts'
import { describeNetwork, startTask } from './start-task.ts'
import type { ExecutorContext } from './start-task.ts'
import { awaitExit } from './await-exit.ts'
import { awaitExcess } from './disk-usage.ts'
import { uploadLogs } from './upload-logs.ts'

/** Runs the tasks of one agent. */
export interface Executor {
  /** Finds the tasks that were running before, and reports those that ended meanwhile. */
  readonly recover: () => Promise<readonly RegisteredTask[]>
  readonly handle: (command: ExecutorCommand) => void
}

const watchAgainMs = 5_000
/** How long an agent that starts may be busy with the logs of a task that ended while it was away. */
const belatedUploadMs = 20_000

interface RunningTask {
  record: TaskRecord
  readonly starting: AbortController
  /** The last writing of the record. */
  saved: Promise<void>
}

/** Makes an executor that tells every change of state through `report`. */
export function createExecutor(context: ExecutorContext, report: (update: TaskUpdate) => void): Executor {
  const running = new Map<string, RunningTask>()

  // Records are written one after the other, since a kill may come while the start writes.
  function remember(entry: RunningTask, change: Partial<TaskRecord>): Promise<void> {
    entry.record = { ...entry.record, ...change }
    const write = (): Promise<void> => writeRecord(context.folders.records, entry.record.task.taskId, entry.record)
    entry.saved = entry.saved.then(write, write)
    return entry.saved
  }

  async function run(task: TaskInfo): Promise<void> {
    const entry: RunningTask = { record: { task }, starting: new AbortController(), saved: Promise.resolve() }
    running.set(task.taskId, entry)
    const tell = (update: Omit<TaskUpdate, 'taskId'>): void => report({ taskId: task.taskId, ...update })
    let ending: Ending
    try {
      await remember(entry, {})
      await startTask(context, task, entry.starting.signal, tell, (change) => remember(entry, change))
      ending = await supervise(entry)
    } catch (error) {
      const isSurprise = !entry.starting.signal.aborted && !(error instanceof TaskRefusedError)
      if (isSurprise) context.log(`${task.taskId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      ending = describeStartFailure(error, entry.starting.signal.aborted)
    }
    await finish(entry, ending)
  }

  async function supervise(entry: RunningTask): Promise<Ending> {
    const { task, containerId } = entry.record
    const exited = new AbortController()
    if (containerId !== undefined) void watchDisk(entry, containerId, exited.signal)
    const state = containerId === undefined ? undefined : await awaitExit(context.engine, containerId)
    exited.abort()
    if (state === undefined)
      return entry.record.killed === true
        ? { state: 'TASK_KILLED', message: 'killed' }
        : { state: 'TASK_LOST', message: 'container has gone' }
    return describeEnding(task.taskId, state, entry.record.killed === true, entry.record.failure)
  }

  /** A task that takes more of the disk than it asked for is ended, before its neighbours have none left. */
  async function watchDisk(entry: RunningTask, containerId: string, exited: AbortSignal): Promise<void> {
    const { task } = entry.record
    const { engine, log } = context
    while (!exited.aborted) {
      try {
        const paths = [...(await listWrittenPaths(engine, containerId)), ...writtenFolders(context.folders, task.taskId)]
        const user = { paths, listPids: () => listPids(engine, containerId) }
        const used = await awaitExcess(user, task.diskMB * bytesOfMiB, exited)
        if (used === undefined || exited.aborted) return
        await remember(entry, { failure: describeExcess(task, used) })
        await stopContainer(engine, containerId, 0)
        return
      } catch (error) {
        // The daemon may have gone for a while, or the task has ended.
        if (!exited.aborted) log(`${task.taskId}: watching its disk: ${String(error)}`)
        await delay(watchAgainMs, undefined, { signal: exited }).catch(() => undefined)
      }
    }
  }

  async function finish(entry: RunningTask, ending: Ending): Promise<void> {
    const { taskId } = entry.record.task
    running.delete(taskId)
    await entry.saved.catch(() => undefined)
    await keepLogs(entry.record)
    await clear(entry.record)
    report({ taskId, ...ending })
  }

  /** The end of a task is told when its logs are where they are looked for, or cannot get there. */
  async function keepLogs({ task, containerId }: TaskRecord, withinMs?: number): Promise<void> {
    const { logStore, folders, log } = context
    if (logStore === undefined || containerId === undefined) return
    try {
      await uploadLogs(logStore, task.taskId, logFolder(folders, task.taskId), log, withinMs)
    } catch (error) {
      log(`${task.taskId}: uploading its logs: ${String(error)}`)
    }
  }

  async function clear(record: TaskRecord): Promise<void> {
    const { taskId } = record.task
    const steps: (() => Promise<unknown> | undefined)[] = [
      () => removeContainer(context.engine, record.containerId ?? taskId),
      () => (record.network === undefined ? undefined : context.links.detach(record.containerId, record.network)),
      () => (record.network === undefined ? undefined : removeRecord(context.folders.addresses, record.network.address)),
      () => removeHostFiles(context.folders, taskId),
      () => removeRecord(context.folders.records, taskId),
    ]
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        context.log(`${taskId}: clearing up: ${String(error)}`)
      }
    }
    context.pool.release(taskId)
  }

  async function kill(taskId: string, graceSec: number): Promise<void> {
    const entry = running.get(taskId)
    // A task that is not running has ended, and its end is being told.
    if (entry === undefined) return
    entry.starting.abort(new Error('killed'))
    await remember(entry, { killed: true })
    if (entry.record.containerId !== undefined) await stopContainer(context.engine, entry.record.containerId, graceSec)
  }

  async function recover(): Promise<readonly RegisteredTask[]> {
    const containers = new Map((await listContainers(context.engine, taskLabel)).map((one) => [one.Labels[taskLabel], one]))
    const records = await loadTaskRecords(context.folders.records)
    const found: RegisteredTask[] = []
    for (const record of records) {
      const { taskId } = record.task
      const container = containers.get(taskId)
      containers.delete(taskId)
      if (container?.State === 'running' && record.network !== undefined) {
        const { address, deviceIndex } = record.network
        context.pool.adopt({ taskId, address, deviceIndex, securityGroups: record.task.securityGroups })
        const adopted = { ...record, containerId: container.Id }
        running.set(taskId, { record: adopted, starting: new AbortController(), saved: Promise.resolve() })
        found.push({ taskId, state: 'TASK_RUNNING', message: 'running', data: describeNetwork(record.network), task: record.task })
      } else {
        const state = container === undefined ? undefined : await inspectContainer(context.engine, container.Id)
        const ended = state !== undefined && state.Status === 'exited'
        const ending: Ending = ended
          ? describeEnding(taskId, state, record.killed === true, record.failure)
          : { state: 'TASK_LOST', message: 'container was lost while the executor was away' }
        const ran = { ...record, ...(container === undefined ? {} : { containerId: container.Id }) }
        await keepLogs(ran, belatedUploadMs)
        await clear(ran)
        report({ taskId, ...ending })
      }
    }
    // A container without a record was made by an executor that died in the middle; nobody waits for it.
    for (const orphan of containers.values()) await removeContainer(context.engine, orphan.Id)
    const alive = [...running.values()]
    await context.links.prepare(alive.flatMap((entry) => entry.record.network ?? []))
    for (const entry of alive) {
      const { task, killed } = entry.record
      void supervise(entry).then((ending) => finish(entry, ending))
      if (killed === true) handle({ type: 'KILL', taskId: task.taskId, graceSec: task.killWaitSec })
    }
    return found
  }

  function handle(command: ExecutorCommand): void {
    const work = command.type === 'RUN' ? run(command.task) : kill(command.taskId, command.graceSec)
    work.catch((error: unknown) => context.log(`${command.type}: ${String(error)}`))
  }

  return { recover, handle }
}
