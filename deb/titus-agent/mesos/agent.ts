import { setTimeout as delay } from 'node:timers/promises'
import { agentPingPath, agentStatusPath, pingMs } from '../../protocol/mesos-protocol.ts'
import type { AgentEvent, RegisterMessage } from '../../protocol/mesos-protocol.ts'
import type { ExecutorMessage } from '../executor/messages.ts'
import type { ExecutorProcess, ExecutorEvents } from './executor-process.ts'
import type { LeaderWatch, MesosLeader } from '../../zookeeper/mesos-leader.ts'
import { followMaster, postToMaster } from './master-stream.ts'
import type { AgentSettings } from './settings.ts'
import { createTaskLedger } from './task-ledger.ts'
import type { TaskLedger } from './task-ledger.ts'

/** What the agent is made of; the program binds these to processes and files. */
export interface AgentParts {
  readonly settings: AgentSettings
  readonly startExecutor: (events: ExecutorEvents) => ExecutorProcess
  /** Follows the leading Mesos master; `onChange` hears of every new one. */
  readonly watchLeader: (onChange: () => void) => LeaderWatch
  readonly loadAgentId: () => Promise<string | undefined>
  readonly saveAgentId: (agentId: string) => Promise<void>
  readonly log: (line: string) => void
}

/** A running agent. */
export interface Agent {
  readonly ledger: TaskLedger
  agentId(): string | undefined
  leader(): MesosLeader | undefined
  stop(): Promise<void>
}

const firstPauseMs = 250
const longestPauseMs = 5_000

/** Starts an agent: executor first (so that the first registration tells which tasks run), then the search for a master, for ever. */
export async function startAgent(parts: AgentParts): Promise<Agent> {
  const { settings, log } = parts
  const ledger = createTaskLedger()
  const stopping = new AbortController()
  let agentId = await parts.loadAgentId()
  let registered = false
  let stream = new AbortController()
  const waiting = new Set<() => void>()
  let executorDown: string | undefined
  /** Came while there was no executor: the container may be running still. */
  const deferredKills: (AgentEvent & { readonly type: 'KILL' })[] = []

  let settle = (): void => undefined
  const executorSettled = new Promise<void>((resolve) => (settle = resolve))
  const executor = parts.startExecutor({
    onMessage: (message: ExecutorMessage) => {
      if (message.type === 'READY') {
        executorDown = undefined
        ledger.replace(message.tasks)
        for (const kill of deferredKills.splice(0)) onEvent(kill)
        settle()
      } else {
        const { type: _, ...update } = message
        ledger.note(update)
      }
      wake()
    },
    onEnd: (why) => {
      log(why)
      executorDown = why
      settle()
    },
  })
  await executorSettled

  const watch = parts.watchLeader(() => {
    stream.abort(new Error('another master leads'))
    wake()
  })

  function onEvent(event: AgentEvent): void {
    if (event.type === 'REGISTERED') {
      agentId = event.agentId
      registered = true
      log(`registered as ${agentId}`)
      parts.saveAgentId(agentId).catch((error: unknown) => log(`agent id: ${String(error)}`))
      wake()
    } else if (event.type === 'RUN') {
      const { taskId } = event.task
      if (ledger.has(taskId)) return
      ledger.accept(event.task)
      if (executorDown !== undefined || !executor.send(event)) {
        ledger.note({ taskId, state: 'TASK_LOST', message: executorDown ?? 'Executor terminated' })
        wake()
      }
    } else if (event.type === 'KILL') {
      if (!ledger.has(event.taskId)) {
        ledger.note({ taskId: event.taskId, state: 'TASK_LOST', message: 'the agent has no such task' })
        wake()
      } else if (executorDown !== undefined || !executor.send(event)) deferredKills.push(event)
    }
  }

  function registration(): RegisterMessage {
    const { hostname, ip, port, resources, attributes } = settings
    return {
      type: 'REGISTER',
      hostname,
      ip,
      port,
      resources,
      attributes,
      tasks: ledger.alive(),
      ...(agentId === undefined ? {} : { agentId }),
    }
  }

  function wake(): void {
    for (const resume of waiting) resume()
  }

  /** Resolves on the next change, or after `ms`. */
  function untilWoken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(timer)
        waiting.delete(resume)
        resolve()
      }
      const timer = setTimeout(resume, ms)
      waiting.add(resume)
    })
  }

  async function keepStream(): Promise<void> {
    let pauseMs = firstPauseMs
    while (!stopping.signal.aborted) {
      const leader = watch.current()
      if (leader !== undefined) {
        stream = new AbortController()
        const openedAt = performance.now()
        const why = await followMaster(leader, registration(), onEvent, stream.signal)
        registered = false
        if (stopping.signal.aborted) return
        log(`Mesos master ${leader.host}:${leader.port}: ${why}`)
        pauseMs = performance.now() - openedAt > longestPauseMs ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
      }
      await untilWoken(pauseMs)
    }
  }

  function registerAgain(): void {
    registered = false
    stream.abort(new Error('the master asks for a new registration'))
  }

  async function ping(): Promise<void> {
    while (!stopping.signal.aborted) {
      const leader = watch.current()
      if (registered && leader !== undefined) {
        // The event stream notices a master that cannot be reached.
        const status = await postToMaster(leader, agentPingPath, { agentId }).catch(() => undefined)
        if (status === 410) registerAgain()
      }
      await delay(pingMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function deliverUpdates(): Promise<void> {
    while (!stopping.signal.aborted) {
      const update = ledger.pending()
      const leader = watch.current()
      if (update === undefined || leader === undefined || !registered || agentId === undefined) {
        await untilWoken(1_000)
        continue
      }
      const status = await postToMaster(leader, agentStatusPath, { agentId, ...update }).catch((error: Error) => error.message)
      if (status === 202) ledger.settle(update)
      else {
        log(`status of ${update.taskId}: ${typeof status === 'number' ? `HTTP ${status}` : status}`)
        if (status === 410) registerAgain()
        await delay(firstPauseMs)
      }
    }
  }

  const work = [keepStream(), ping(), deliverUpdates()]
  return {
    ledger,
    agentId: () => agentId,
    leader: watch.current,
    stop: async () => {
      stopping.abort()
      stream.abort(new Error('the agent stops'))
      wake()
      watch.close()
      await Promise.all(work)
      await executor.stop()
    },
  }
}
