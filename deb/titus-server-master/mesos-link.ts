import { watchLeader } from '../zookeeper/mesos-leader.ts'
import type { MesosLeader } from '../zookeeper/mesos-leader.ts'
import { isTerminalState, schedulerPath } from '../protocol/mesos-protocol.ts'
import type { SchedulerCall, SchedulerEvent } from '../protocol/mesos-protocol.ts'
import { followEventStream } from '../process/event-stream.ts'
import { keepTrying } from '../process/keep-trying.ts'
import { errorWords } from '../process/log.ts'
import type { Log } from '../process/log.ts'
import type { ZookeeperAddress } from '../zookeeper/address.ts'

const framework = 'TitusFramework'
const callMs = 5_000
const reconcileEveryMs = 60_000

/** The way to the leading Mesos master. */
export interface MesosLink {
  readonly tell: (call: SchedulerCall) => void
  readonly leader: () => MesosLeader | undefined
  readonly close: () => void
}

/** What the link reports: events in order, the loss of the subscription, and when it is time to compare tasks. */
export interface MesosListener {
  readonly hear: (event: SchedulerEvent) => void
  readonly lose: () => void
  readonly reconcile: () => void
}

/** Keeps a subscription with whichever Mesos master leads: again after a loss, and anew when the leadership changes. */
export function openMesosLink(address: ZookeeperAddress, listener: MesosListener, log: Log): MesosLink {
  const closing = new AbortController()
  let subscription = new AbortController()
  let queue = Promise.resolve()

  const watch = watchLeader(
    address.servers,
    address.path,
    (leader) => {
      subscription.abort(new Error('the leading Mesos master has changed'))
      subscription = new AbortController()
      if (leader !== undefined) subscribe(leader, AbortSignal.any([subscription.signal, closing.signal]))
    },
    (line) => log('mesos-leader', { line }),
  )

  function subscribe(leader: MesosLeader, signal: AbortSignal): void {
    const url = urlOf(leader)
    void keepTrying(
      () => followEventStream(url, { type: 'SUBSCRIBE', framework }, hear, signal).finally(() => listener.lose()),
      signal,
      (error, pauseMs) => log('mesos-subscription-failed', { url, reason: errorWords(error), pauseMs }),
    )
  }

  function hear(event: SchedulerEvent): void {
    if (event.type === 'SUBSCRIBED') {
      log('mesos-subscribed', { framework: event.frameworkId })
      // Mesos is asked for all tasks that it has, so that those that are not ours any more are killed.
      listener.hear(event)
      tell({ type: 'RECONCILE', taskIds: [] })
      return
    }
    listener.hear(event)
    if (event.type === 'UPDATE' && isTerminalState(event.state)) tell({ type: 'ACKNOWLEDGE', taskId: event.taskId })
  }

  function tell(call: SchedulerCall): void {
    queue = queue.then(() => post(call)).catch((error: unknown) => fail(call, error))
  }

  async function post(call: SchedulerCall): Promise<void> {
    const leader = watch.current()
    if (leader === undefined) throw new Error('no Mesos master leads')
    const response = await fetch(urlOf(leader), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.any([AbortSignal.timeout(callMs), closing.signal]),
    })
    await response.arrayBuffer()
    if (response.status !== 202) throw new Error(`Mesos answered ${response.status}`)
  }

  function fail(call: SchedulerCall, error: unknown): void {
    if (closing.signal.aborted) return
    log('mesos-call-failed', { type: call.type, reason: errorWords(error) })
    // A task that could not be launched is lost; a kill is said again with the next subscription.
    if (call.type !== 'LAUNCH') return
    const { agentId, task } = call
    listener.hear({
      type: 'UPDATE',
      agentId,
      taskId: task.taskId,
      state: 'TASK_LOST',
      message: 'Mesos could not be told to launch the task',
    })
  }

  const timer = setInterval(() => listener.reconcile(), reconcileEveryMs)
  return {
    tell,
    leader: () => watch.current(),
    close: () => {
      clearInterval(timer)
      closing.abort(new Error('closing'))
      watch.close()
    },
  }
}

function urlOf({ host, port }: MesosLeader): string {
  return `http://${host}:${port}${schedulerPath}`
}
