import type { Job } from '../protocol/model/job.ts'
import { discover } from './discovery.ts'
import { initiateKill, isTerminating } from './finish.ts'
import { isRetried, wasScaledDown } from './retry.ts'
import { schedule } from './schedule.ts'
import { withJob, withTasks } from './state.ts'
import type { Effect, MasterContext, MasterState, Step, TaskRecord } from './state.ts'
import { changeJob } from './status.ts'
import { tasksOf } from './task-index.ts'
import { firstTask, replacementOf } from './task.ts'
import { applyTimeout } from './timeouts.ts'

const notStartedLimit = 100
/** A finished job is still seen for one turn of a busy reconciler, then it is gone: the engine of Titus drops it at once. */
const finishedJobMs = 50

/** One turn of the reconciler: every job moves towards what it should be, agents are discovered when it is time, tasks are placed. */
export function reconcile(state: MasterState, context: MasterContext): Step {
  const discovered = discover(state, context)
  const effects: Effect[] = []
  let current = discovered
  for (const job of Object.values(discovered.jobs)) {
    const step = reconcileJob(current, job, context)
    current = step.state
    effects.push(...step.effects)
  }
  const placed = schedule(current, context)
  return { state: placed.state, effects: [...effects, ...placed.effects] }
}

function reconcileJob(state: MasterState, job: Job, context: MasterContext): Step {
  if (job.status.state === 'Finished') {
    return { state: context.now - job.status.timestamp < finishedJobMs ? state : withoutJob(state, job), effects: [] }
  }
  const timed = applyTimeouts(state, job, context)
  const sized = job.status.state === 'KillInitiated' ? killAll(timed.state, job, context) : adjustSize(timed.state, job, context)
  const tasks = tasksOf(sized.state, job.id)
  return { state: completeJob(sized.state, job, tasks, context), effects: [...timed.effects, ...sized.effects] }
}

function applyTimeouts(state: MasterState, job: Job, { now }: MasterContext): Step {
  const changes = tasksOf(state, job.id).flatMap((task) => applyTimeout(state, task, job, now) ?? [])
  return {
    state: withTasks(
      state,
      changes.map(({ task }) => task),
    ),
    effects: changes.flatMap(({ effects }) => effects),
  }
}

function killAll(state: MasterState, job: Job, { now }: MasterContext): Step {
  const reason = { code: 'killed', text: 'Killing task as its job is in KillInitiated state' }
  return killTasks(state, tasksOf(state, job.id), reason, now)
}

function killTasks(state: MasterState, tasks: readonly TaskRecord[], reason: { code: string; text: string }, now: number): Step {
  const doomed = tasks.filter((task) => !isTerminating(task))
  const killed = doomed.map((task) => initiateKill(state, task, reason, now))
  const effects = killed.flatMap((task): readonly Effect[] => (task.placement === undefined ? [] : [{ type: 'kill', taskId: task.id }]))
  return { state: withTasks(state, killed), effects }
}

function adjustSize(state: MasterState, job: Job, context: MasterContext): Step {
  const retried = retryFinished(removeScaledDown(state, job), job, context)
  const tasks = tasksOf(retried, job.id)
  const { batch, service } = job.jobDescriptor
  if (batch !== undefined) {
    const taken = new Set(tasks.map((task) => task.index))
    const missing = Array.from({ length: batch.size }, (_, index) => index).filter((index) => !taken.has(index))
    const fresh = missing.slice(0, roomForNew(tasks)).map((index) => firstTask(job, index, context))
    return { state: withTasks(retried, fresh), effects: [] }
  }
  const desired = service?.capacity.desired ?? 0
  if (tasks.length < desired) {
    const count = Math.min(desired - tasks.length, roomForNew(tasks))
    return {
      state: withTasks(
        retried,
        Array.from({ length: count }, () => firstTask(job, undefined, context)),
      ),
      effects: [],
    }
  }
  const alive = tasks.filter((task) => !isTerminating(task))
  const ending = tasks.length - alive.length
  const excess = Math.max(0, tasks.length - desired - ending)
  const reason = { code: 'scaledDown', text: 'Terminating excessive service job task' }
  return killTasks(retried, byUselessness(alive).slice(0, excess), reason, context.now)
}

/** Tasks that have not started go first, then the youngest. */
function byUselessness(tasks: readonly TaskRecord[]): readonly TaskRecord[] {
  const isStarted = (task: TaskRecord): number => (task.status.state === 'Started' ? 1 : 0)
  return [...tasks].reverse().sort((left, right) => isStarted(left) - isStarted(right))
}

function retryFinished(state: MasterState, job: Job, context: MasterContext): MasterState {
  const tasks = tasksOf(state, job.id)
  const due = tasks.filter((task) => isRetried(task, job) && context.now - task.status.timestamp >= (task.retryDelayMs ?? 0))
  const replaced = due.slice(0, roomForNew(tasks))
  const successors = replaced.map((task) => replacementOf(task, job, context))
  return withTasks(withoutTasks(state, replaced), successors)
}

function removeScaledDown(state: MasterState, job: Job): MasterState {
  if (job.jobDescriptor.service === undefined) return state
  return withoutTasks(
    state,
    tasksOf(state, job.id).filter((task) => task.status.state === 'Finished' && wasScaledDown(task)),
  )
}

function roomForNew(tasks: readonly TaskRecord[]): number {
  const waiting = tasks.filter(({ status }) => status.state !== 'Started' && status.state !== 'Finished').length
  return Math.max(0, notStartedLimit - waiting)
}

function completeJob(state: MasterState, job: Job, tasks: readonly TaskRecord[], { now }: MasterContext): MasterState {
  const terminating = job.status.state === 'KillInitiated'
  const allDone = tasks.every((task) => task.status.state === 'Finished' && !isRetried(task, job))
  const whole = terminating || (job.jobDescriptor.batch !== undefined && tasks.length === job.jobDescriptor.batch.size)
  return allDone && whole ? withJob(state, changeJob(job, 'Finished', { code: 'normal', text: '' }, now)) : state
}

function withoutTasks(state: MasterState, gone: readonly TaskRecord[]): MasterState {
  if (gone.length === 0) return state
  const ids = new Set(gone.map((task) => task.id))
  return { ...state, tasks: Object.fromEntries(Object.entries(state.tasks).filter(([id]) => !ids.has(id))) }
}

function withoutJob(state: MasterState, job: Job): MasterState {
  const { [job.id]: _gone, ...jobs } = state.jobs
  const policies = Object.fromEntries(Object.entries(state.policies).filter(([, { jobId }]) => jobId !== job.id))
  return withoutTasks({ ...state, jobs, policies }, tasksOf(state, job.id))
}
