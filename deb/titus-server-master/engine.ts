import type { SchedulerCall, SchedulerEvent, TaskInfo } from '../protocol/mesos-protocol.ts'
import { applyCall } from './apply-call.ts'
import { applyMesosEvent } from './mesos-events.ts'
import { reconcile } from './reconcile.ts'
import type { MasterCall, MasterReply } from '../protocol/master-rpc.ts'
import { initialState } from './state.ts'
import type { Effect, MasterContext, MasterSettings, MasterState, Step } from './state.ts'
import { taskInfoOf } from './task-info.ts'

const activeTickMs = 50
const idleTickMs = 1000
const killGraceSec = 10

/** What the engine needs from the world. */
export interface EngineWorld {
  readonly settings: MasterSettings
  readonly now: () => number
  readonly newId: () => string
  /** Tells Mesos something; calls are made in order. */
  readonly tell: (call: SchedulerCall) => void
  /** Sees every change of a job's or a task's state, and of nothing else. */
  readonly onChange: (before: MasterState, after: MasterState) => void
}

/** The master's state and the clock that drives it. */
export interface Engine {
  readonly call: (call: MasterCall) => MasterReply
  readonly hear: (event: SchedulerEvent) => void
  /** Forgets what Mesos offered: without a subscription nothing can be placed. */
  readonly forgetOffers: () => void
  /** Asks Mesos for every task that is supposed to run: what it does not know comes back as lost. */
  readonly reconcileWithMesos: () => void
  readonly stop: () => void
}

/** Starts the engine: it reconciles every 50 ms while something changes, every second otherwise, and right after each event. */
export function startEngine(world: EngineWorld): Engine {
  let state = initialState
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Immediate | undefined
  let stopped = false

  const context = (): MasterContext => ({ now: world.now(), newId: world.newId, settings: world.settings })

  function take(step: Step): void {
    const before = state
    state = step.state
    if (before.jobs !== state.jobs || before.tasks !== state.tasks) world.onChange(before, state)
    for (const effect of step.effects) perform(effect)
  }

  function perform(effect: Effect): void {
    if (effect.type === 'kill') return world.tell({ type: 'KILL', taskId: effect.taskId, graceSec: killGraceSec })
    const launch = launchOf(effect.taskId)
    if (launch !== undefined) world.tell({ type: 'LAUNCH', ...launch })
  }

  function launchOf(taskId: string): { agentId: string; task: TaskInfo } | undefined {
    const task = state.tasks[taskId]
    const job = task === undefined ? undefined : state.jobs[task.jobId]
    if (task?.placement === undefined || job === undefined) return undefined
    return { agentId: task.placement.agent.agentId, task: taskInfoOf(task, job, world.settings) }
  }

  /** However much comes in at once, the reconciler turns once for it. */
  function tickSoon(): void {
    soon ??= setImmediate(tick)
  }

  function tick(): void {
    soon = undefined
    if (stopped) return
    const before = state
    take(reconcile(state, context()))
    clearTimeout(timer)
    timer = setTimeout(tick, before === state ? idleTickMs : activeTickMs)
  }

  tick()
  return {
    call: (call) => {
      const step = applyCall(state, call, context())
      take(step)
      tickSoon()
      return step.reply
    },
    hear: (event) => {
      take(applyMesosEvent(state, event, context()))
      tickSoon()
    },
    forgetOffers: () => {
      state = { ...state, offers: undefined }
    },
    reconcileWithMesos: () => {
      const taskIds = Object.values(state.tasks).flatMap((task) =>
        task.placement !== undefined && task.status.state !== 'Finished' ? [task.id] : [],
      )
      if (taskIds.length > 0) world.tell({ type: 'RECONCILE', taskIds })
    },
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
