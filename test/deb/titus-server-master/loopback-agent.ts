import { agentPath, agentPingPath, agentStatusPath, pingMs } from '../../../deb/protocol/mesos-protocol.ts'
import type { AgentEvent, MesosTaskState, TaskInfo } from '../../../deb/protocol/mesos-protocol.ts'
import { followEventStream } from '../../../deb/process/event-stream.ts'

/** An agent that speaks the protocol and runs nothing: every task is running at once, every kill is obeyed. */
export interface LoopbackAgent {
  readonly tasks: Map<string, TaskInfo>
  report(taskId: string, state: MesosTaskState, message: string): Promise<void>
  /** Says nothing more, and keeps its connection: what a machine does whose plug was pulled. */
  hush(): void
  stop(): void
}

/** Registers with a Mesos master, and again (with its tasks) when `url` gives another address or the stream breaks. */
export function startLoopbackAgent(url: () => string): LoopbackAgent {
  const tasks = new Map<string, TaskInfo>()
  const stopping = new AbortController()
  let agentId: string | undefined
  let work = Promise.resolve()
  let hushed = false

  async function post(status: object): Promise<void> {
    await fetch(`${url()}${agentStatusPath}`, { method: 'POST', body: JSON.stringify({ agentId, ...status }) })
  }

  async function hear(event: AgentEvent): Promise<void> {
    if (event.type === 'REGISTERED') agentId = event.agentId
    if (event.type === 'RUN') {
      const { taskId } = event.task
      tasks.set(taskId, event.task)
      await post({ taskId, state: 'TASK_STARTING', message: 'creating' })
      const address = '30.0.100.55'
      const network = { IsRoutableIP: true, IPAddress: address, EniIPAddress: '30.0.100.50', EniID: 'eni-1', ResourceID: 'resource-eni-0' }
      await post({
        taskId,
        state: 'TASK_RUNNING',
        message: 'running',
        data: { ipAddresses: { nfvpc: address }, NetworkConfiguration: network },
      })
    }
    if (event.type === 'KILL') {
      const known = tasks.delete(event.taskId)
      await post({ taskId: event.taskId, state: known ? 'TASK_KILLED' : 'TASK_LOST', message: 'killed with signal 15' })
    }
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted && !hushed) {
      const registration = {
        type: 'REGISTER',
        hostname: '30.0.100.140',
        ip: '127.0.0.1',
        port: 5051,
        resources: { cpus: 2, mem: 7168, disk: 30000, network: 9000, ports: '[7150-7200]' },
        attributes: {
          region: 'eu-west-1',
          zone: 'eu-west-1a',
          id: 'i-1',
          asg: 'titusagent',
          stack: 'mainvpc',
          itype: 'm4.large',
          res: 'ResourceSet-ENIs-1-10',
        },
        agentId,
        tasks: [...tasks.values()].map((task) => ({ taskId: task.taskId, state: 'TASK_RUNNING', message: 'running', task })),
      }
      const listen = (event: AgentEvent): void => void (work = work.then(() => hear(event)).catch(() => undefined))
      await followEventStream<AgentEvent>(`${url()}${agentPath}`, registration, listen, stopping.signal).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  const pings = setInterval(() => {
    void fetch(`${url()}${agentPingPath}`, { method: 'POST', body: JSON.stringify({ agentId }) }).catch(() => undefined)
  }, pingMs)

  void keep()
  return {
    tasks,
    report: (taskId, state, message) => {
      tasks.delete(taskId)
      return post({ taskId, state, message })
    },
    hush: () => {
      clearInterval(pings)
      hushed = true
    },
    stop: () => {
      clearInterval(pings)
      stopping.abort()
    },
  }
}
