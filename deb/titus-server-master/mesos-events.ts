import { isTerminalState } from '../protocol/mesos-protocol.ts'
import type { MesosTaskState, SchedulerEvent } from '../protocol/mesos-protocol.ts'
import type { TaskState } from '../protocol/model/job.ts'
import { finishTask } from './finish.ts'
import { withTasks } from './state.ts'
import type { MasterContext, MasterState, Step, TaskRecord } from './state.ts'
import { changeTask } from './status.ts'

type Update = Extract<SchedulerEvent, { readonly type: 'UPDATE' }>

const running: Readonly<Partial<Record<MesosTaskState, TaskState>>> = {
  TASK_STAGING: 'Launched',
  TASK_STARTING: 'StartInitiated',
  TASK_RUNNING: 'Started',
}
const order: readonly TaskState[] = ['Accepted', 'Launched', 'StartInitiated', 'Started', 'KillInitiated', 'Finished']

const terminalCodes: Readonly<Partial<Record<MesosTaskState, string>>> = {
  TASK_FINISHED: 'normal',
  TASK_FAILED: 'failed',
  TASK_DROPPED: 'failed',
  TASK_KILLED: 'killed',
  TASK_ERROR: 'invalidRequest',
  TASK_LOST: 'lost',
}

/** Codes that a message names by itself, whatever the Mesos state. */
const namedCodes = ['invalidRequest', 'crashed', 'transientSystemError', 'localSystemError', 'unknownSystemError'] as const

/** Takes in what Mesos says. A task that the master does not know (its store is in memory) is killed. */
export function applyMesosEvent(state: MasterState, event: SchedulerEvent, context: MasterContext): Step {
  switch (event.type) {
    case 'SUBSCRIBED':
      // Mesos offers every agent anew after a subscription.
      return { state: { ...state, offers: undefined }, effects: unfinishedKills(state) }
    case 'OFFERS':
      return {
        state: { ...state, offers: { ...state.offers, ...Object.fromEntries(event.offers.map((o) => [o.agentId, o])) } },
        effects: [],
      }
    case 'RESCIND':
    case 'FAILURE': {
      const { [event.agentId]: _gone, ...offers } = state.offers ?? {}
      return { state: { ...state, offers }, effects: [] }
    }
    case 'UPDATE':
      return applyUpdate(state, event, context)
    case 'HEARTBEAT':
      return { state, effects: [] }
  }
}

/** A kill may have got lost with the subscription: it is said again. */
function unfinishedKills(state: MasterState): Step['effects'] {
  const killing = Object.values(state.tasks).filter((task) => task.status.state === 'KillInitiated')
  return killing.map((task) => ({ type: 'kill', taskId: task.id }))
}

function applyUpdate(state: MasterState, update: Update, context: MasterContext): Step {
  const task = state.tasks[update.taskId]
  if (task === undefined || task.status.state === 'Finished') {
    return { state, effects: isTerminalState(update.state) ? [] : [{ type: 'kill', taskId: update.taskId }] }
  }
  const known = update.data === undefined ? task : { ...task, details: update.data }
  const advanced = withTasks(state, [advance(state, known, update, context.now)])
  // A kill can get lost with a Mesos master. An agent that is told twice does it once.
  const isSpared = task.status.state === 'KillInitiated' && !isTerminalState(update.state)
  return { state: advanced, effects: isSpared ? [{ type: 'kill', taskId: task.id }] : [] }
}

function advance(state: MasterState, task: TaskRecord, update: Update, now: number): TaskRecord {
  if (isTerminalState(update.state)) {
    return finishTask(state, task, { code: terminalCode(task, update), text: update.message }, now)
  }
  const next = running[update.state]
  // A late report of an earlier state, or of a task that is being killed, changes nothing.
  if (next === undefined || order.indexOf(next) < order.indexOf(task.status.state)) return task
  if (next === task.status.state && task.status.reasonMessage.endsWith(update.message) && task.status.reasonCode === 'normal') return task
  return changeTask(task, next, { code: 'normal', text: update.message }, now)
}

function terminalCode(task: TaskRecord, update: Update): string {
  const named = namedCodes.find((code) => update.message.includes(code))
  if (named !== undefined) return named
  if (update.state === 'TASK_KILLED' && task.status.state === 'KillInitiated') return task.status.reasonCode
  return terminalCodes[update.state] ?? 'failed'
}
